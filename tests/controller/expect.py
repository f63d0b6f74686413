"""What every refusal has in common."""

from controller import given

LISTS = ("users", "groups", "devices", "gateways", "resources", "policies")
ARRAYS = ("roles", "protocols", "admission-rules", "policy-tests")


def everything(api):
    """Return all that the API shows of a tenant."""
    lists = {noun: given.rows(api, noun) for noun in LISTS}
    return lists | {noun: given.read(api, f"/tenants/{noun}") for noun in ARRAYS}


def refused(api, method, path, status, *pointers, json=None):
    """Send a request that must be refused at exactly these pointers, and must change nothing."""
    before = everything(api)
    answer = api.request(method, path, json=json)
    assert answer.status == status, answer.body
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.pointers == list(pointers), answer.body
    assert everything(api) == before
    return answer.json()
