"""What a list must answer, computed slowly and plainly from all of its rows."""

import re
import unicodedata
from urllib.parse import quote

from gatescale.controller import audit, devices, gateways, groups, policies, resources, users
from gatescale.controller.store.fields import Folded
from gatescale.controller.store.listing import filterable, sortable

LISTINGS = {
    "users": users.LISTING,
    "devices": devices.LISTING,
    "groups": groups.LISTING,
    "gateways": gateways.LISTING,
    "resources": resources.LISTING,
    "policies": policies.LISTING,
    "audit-events": audit.LISTING,
}
DEFAULT_ORDER = {"policies": ("type", "order"), "audit-events": ("-sequence",)}
SEARCHED = {
    "users": ("email", "firstName", "lastName"),
    "devices": ("name", "hardwareId", "user.email", "user.firstName", "user.lastName"),
    "groups": ("name", "description"),
    "gateways": ("name", "description"),
    "resources": ("name", "description", "addresses.address"),
    "policies": ("name", "description"),
    "audit-events": ("actor.name", "target.name", "operation"),
}
"""Contract, section 1, Lists: the fields that a person would look for."""


def alike(text):
    """Return what texts have in common that people take for the same."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    # The mark between the texts of a row is no text.
    return unicodedata.normalize("NFKC", plain).replace("\x1f", " ")


def values(row, path):
    """Return what a row has below a dotted path: of each of a list, or the one."""
    if isinstance(row, list):
        return [value for each in row for value in values(each, path)]
    if not path:
        return [row]
    if row is None:
        return []
    name, _, rest = path.partition(".")
    return values(row.get(name), rest)


class Reference:
    """All rows of a tenant's lists, as they are without any filter."""

    def __init__(self, api):
        self.api = api
        self.rows = {noun: everything(api, noun) for noun in LISTINGS}
        for resource in self.rows["resources"]:
            named_by = [
                p for p in self.rows["policies"] if resource["id"] in values(p, "resources.id")
            ]
            resource["policies"] = named_by

    def values(self, noun, row, field):
        if is_keyed(noun, field):
            below, _, key = field.partition(".")
            return below_a_key(row[below] or {}, key)
        found = values(row, field)
        if filterable(LISTINGS[noun]).get(field) == "integer":
            return [value if value is None else int(value) for value in found]
        return found

    def holds(self, noun, row, field, operator, asked):
        """Tell whether a row passes ``filter[field][operator]=asked``."""
        if operator in {"ne", "nin"}:
            return not self.holds(noun, row, field, "eq" if operator == "ne" else "in", asked)
        if operator == "in":
            return any(self.holds(noun, row, field, "eq", p.strip()) for p in asked.split(","))
        fold = alike if isinstance(LISTINGS[noun].fields.get(field), Folded) else str.casefold
        compare = compared_below_a_key if is_keyed(noun, field) else compared
        return any(compare(value, operator, asked, fold) for value in self.values(noun, row, field))

    def expected(self, noun, *, filters=(), search="", sort=()):
        """Return the ids of all pages, in order."""
        found = [
            row
            for row in self.rows[noun]
            if all(self.holds(noun, row, *each) for each in filters)
            and (not search or self.has(noun, row, search))
        ]
        return [row["id"] for row in self.ordered(noun, found, sort)]

    def has(self, noun, row, search):
        return any(
            alike(search) in alike(text)
            for field in SEARCHED[noun]
            for text in values(row, field)
            if text is not None
        )

    def ordered(self, noun, rows, sort):
        sort = sort or DEFAULT_ORDER.get(noun, ("-createdAt",))
        rows = sorted(rows, key=lambda row: row["id"], reverse=sort[-1].startswith("-"))
        for each in reversed(sort):
            field = each.removeprefix("-")

            def weight(row, field=field):
                (value,) = self.values(noun, row, field) or [None]
                if isinstance(LISTINGS[noun].fields[field], Folded):
                    value = alike(value or "")
                return (value is not None, value)

            # Python keeps rows of the same weight as they are, downwards too.
            rows = sorted(rows, key=weight, reverse=each.startswith("-"))
        return rows

    def check(self, noun, *, limit=100, offset=0, filters=(), search="", sort=()):
        """Ask for a page, and compare."""
        expected = self.expected(noun, filters=filters, search=search, sort=sort)
        query = query_string(limit, offset, filters, search, sort)
        answer = self.api.get(f"/tenants/{noun}?{query}")
        assert answer.status == 200, (query, answer.body)
        page = answer.json()
        assert page["total"] == len(expected), query
        assert [row["id"] for row in page["data"]] == expected[offset : offset + limit], query
        assert page["hasNext"] == (offset + limit < len(expected)), query
        assert (page["page"], page["limit"]) == (offset // limit, limit), query
        return len(expected)


def compared(value, operator, asked, fold):
    if value is None:
        return False
    if isinstance(value, bool):
        asked = {"true": True, "false": False}[asked]
    elif isinstance(value, int):
        asked = int(asked)
    return _compared(value, operator, asked, fold)


def is_keyed(noun, field):
    """Tell whether a field is any key of an object."""
    return field not in LISTINGS[noun].fields and f"{field.partition('.')[0]}.*" in (
        LISTINGS[noun].fields
    )


def below_a_key(content, key):
    """Return what stands below a key; ``extra.NAME`` is of what stands below ``extra``."""
    if key in content and not isinstance(content[key], dict):
        return [content[key]]
    first, _, rest = key.partition(".")
    return [content[first][rest]] if rest and rest in content.get(first, {}) else []


def compared_below_a_key(value, operator, asked, fold):
    """Compare as text what is text, true or false; by size what is a number."""
    if isinstance(value, bool):
        value = "true" if value else "false"
    if isinstance(value, int | float):
        is_number = re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", asked)
        return (
            bool(is_number)
            and operator != "ilike"
            and _compared(value, operator, float(asked), fold)
        )
    return isinstance(value, str) and _compared(value, operator, asked, fold)


def _compared(value, operator, asked, fold):
    match operator:
        case "eq":
            return value == asked
        case "gt":
            return value > asked
        case "gte":
            return value >= asked
        case "lt":
            return value < asked
        case "lte":
            return value <= asked
    parts = [re.escape(fold(part)) for part in asked.split("%")]
    return re.fullmatch(".*".join(parts), fold(value), re.DOTALL) is not None


def query_string(limit, offset, filters, search, sort):
    parts = [f"limit={limit}", f"offset={offset}"]
    parts += [
        f"filter[{quote(field)}][{op}]={quote(value, safe='')}" for field, op, value in filters
    ]
    if search:
        parts.append(f"search={quote(search, safe='')}")
    if sort:
        parts.append(f"sort={','.join(sort)}")
    return "&".join(parts)


def everything(api, noun):
    """Return all rows of a list, as they come."""
    rows = []
    while True:
        page = api.get(f"/tenants/{noun}?limit=100&offset={len(rows)}").json()
        rows += page["data"]
        if not page["hasNext"]:
            assert page["total"] == len(rows)
            return rows


def fields(noun):
    """Return the fields that can be filtered, with their kinds; a key stands for every key."""
    return {
        name.replace(".*", ".osVersion"): kind for name, kind in filterable(LISTINGS[noun]).items()
    }


def orders(noun):
    return [prefix + field for field in sortable(LISTINGS[noun]) for prefix in ("", "-")]
