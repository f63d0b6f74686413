"""What schemathesis must know of the API beyond its document."""

import json
import re
import uuid

import schemathesis
from schemathesis import Case, CheckContext, GenerationMode, HookContext, Response

# Refusals of what fits the schema; each is a rule that no JSON schema can say.
RULES = (
    # A schema takes 5.0 for an integer.
    "Expected `int`, got `float`",
    # Found unknown beside other mistakes.
    "There is no [a-z ]+ [0-9a-f]{8}-",
    "Idempotency-Key came with another request",
    "Ask for groupsOnly or for rolesOnly",
    "needs a port like",
    "Ports lie between",
    "A UDP port lies between",
    "ICMP has no ports",
    "is no IP address or network",
    "lies inside of a network",
    "is no endpoint",
    "whose place can change",
    "stands here twice",
    "is neither an IP address or network nor a name",
    "is not private",
    "is not public",
    "is no public name",
    "names no host",
    "overlaps with",
    "policies have a mode",
    "policy needs a mode",
    "AUTOMATIC knows no order",
    "cannot be granted",
    "lies in the past",
    "is missing",
    "was not given the role",
    "has no further address of the id",
    "takes only",
    "If-Match is the ETag",
    "There is no (group|user|device|gateway|resource|role|protocol|admission rule) '",
    "There is no default policy",
    "domain of the email",
    # What no schema can say of an admission rule: that it is one, and whether it reads the time.
    r"Line \d+, column \d+: ",
    "Give (a rule, or a form|rule or form, not both)",
    "The rule (reads|does not read) the time",
    "is no version such as",
    "is no time (zone|of day)",
    "is no address or network such as",
    "start and end (need each other|are the same)",
    "There is no time zone",
    "Say it as ADDRESS:PORT",
    "Say about whom",
    "Say to which port",
    "are too many: name a device",
    "has no IP address",
    "There is no operation [A-Za-z_]+ that changes anything",
    "takes in its path",
    "ask about a (later moment|moment in the past)",
    "Say whom it is about",
    "Say which resources",
    "A port goes with",
    "is no port and no range",
    "goes with ALWAYS",
    "cannot be supposed of a device",
    r"is a (string|boolean), not",
    "is no IP address",
    "policy tests take PRIVATE ones",
)


@schemathesis.hook
def before_call(context: HookContext, case: Case, kwargs: dict) -> None:
    """Give each request an Idempotency-Key of its own where a good one was generated."""
    key = (case.headers or {}).get("Idempotency-Key")
    if isinstance(key, str) and re.fullmatch("[!-~]{1,255}", key):
        case.headers["Idempotency-Key"] = str(uuid.uuid4())


@schemathesis.check
def what_fits_the_schema_is_refused_by_a_rule_alone(
    ctx: CheckContext, response: Response, case: Case
) -> None:
    if response.status_code not in {400, 413, 415, 422}:
        return
    if case.meta is None or case.meta.generation.mode != GenerationMode.POSITIVE:
        return
    problem = json.loads(response.content)
    details = [problem["detail"], *(error["detail"] for error in problem.get("errors", []))]
    unexpected = [
        detail
        for detail in details[1:] or details
        if not any(re.search(rule, detail) for rule in RULES)
    ]
    assert not unexpected, unexpected
