"""Brings a tenant into a state, through the API alone."""

import asyncio
import base64
import os
import time
from contextlib import aclosing, asynccontextmanager
from urllib.request import Request, urlopen

from gatescale.channel.channel import Channel, Received
from gatescale.channel.controller import Controller
from gatescale.channel.identity import Identity
from gatescale.wire import version
from gatescale.wire.messages import enrolment_proof, session_proof

ABSENT = "00000000-0000-4000-8000-000000000000"


def read(api, path):
    answer = api.get(path)
    assert answer.status == 200, answer.body
    return answer.json()


def rows(api, noun, query=""):
    return read(api, f"/tenants/{noun}?limit=100{query}")["data"]


def group(api, name="Sales", **more):
    return api.made("/tenants/groups", {"name": name, "roles": [], **more})


def default_group(api):
    return rows(api, "groups", "&filter[deleteable]=false")[0]


def user(api, email="ann@example.com", groups=None):
    groups = groups or [default_group(api)["id"]]
    return api.made("/tenants/users", {"email": email, "groups": groups})


def owner(api):
    return rows(api, "users", "&filter[isOwner]=true")[0]


def role(api, kind):
    return next(r for r in read(api, "/tenants/roles") if r["type"] == kind)


def predefined(api, name):
    return next(p for p in read(api, "/tenants/protocols") if p["name"] == name)


def protocol(api, name="Web", port="443"):
    body = {"name": name, "networkProtocols": [{"protocol": "TCP", "port": port}]}
    return api.made("/tenants/protocols", body)


def gateway(api, name="berlin", **more):
    body = {"name": name, "wireguardPort": "51820", "endpoint": "gw.example.com", **more}
    return api.made("/tenants/gateways", body)


def resource(api, name="wiki", *addresses, **more):
    places = [{"address": address} for address in addresses or ("10.0.0.5",)]
    body = {"name": name, "type": "PRIVATE", "addresses": places, **more}
    return api.made("/tenants/resources", body)


def connected(api, resource, *gateways):
    for each in gateways:
        api.made(f"/tenants/resources/{resource['id']}/gateways", {"gatewayId": each["id"]})
    return read(api, f"/tenants/resources/{resource['id']}")


def policy_body(name="Staff", **more):
    nobody = dict.fromkeys(("allGroups", "allUsers", "allDevices", "allResources"), False)
    return {"name": name, "type": "PRIVATE", "action": True, **nobody, **more}


def policy(api, name="Staff", **more):
    return api.made("/tenants/policies", policy_body(name, **more))


def admission_rule(api, name="Engineers", expression="user.department == 'Engineering'"):
    body = {"name": name, "rule": expression, "hasTimeConstraint": "now" in expression}
    return api.made("/tenants/admission-rules", body)


def policy_test(api, name="Nobody", **more):
    return api.made("/tenants/policy-tests", {"name": name, "expect": "NEVER", **more})


def rule(api, kind="ALLOW"):
    return next(r for r in read(api, "/tenants/admission-rules") if r["type"] == kind)


def _enrolled(api, kind, secret, body):
    """Enrol an agent with fresh keys; return its identity and the controller's answer."""
    identity = Identity(os.urandom(32))
    public_key = base64.b64encode(os.urandom(32)).decode()
    keys = {
        "identityKey": identity.public_key,
        "publicKey": public_key,
        "proof": identity.sign(enrolment_proof(secret, public_key)),
        "appVersion": "1.0.0",
    }
    answer = api.post(
        f"/agent/v1/enrolments/{kind}",
        json={**keys, **body},
        headers={version.HEADER: str(max(version.SUPPORTED))},
    )
    assert answer.status == 201, answer.body
    return identity, answer.json()


def device(api, user_id, name="laptop", hardware_id="hw", **signals):
    """Enrol a device of an active user, such as the owner; return it as the API shows it.

    With signals, it reports them.
    """
    code = api.made(f"/tenants/users/{user_id}/enrolment-codes", None)["code"]
    body = {"secret": code, "name": name, "hardwareId": hardware_id}
    identity, answer = _enrolled(api, "device", code, body)
    if signals:
        _report(api, identity, answer["agentId"], signals)
    return read(api, f"/tenants/devices/{answer['agentId']}")


def _report(api, identity, agent_id, signals):
    """Open a device's stream for a moment, and report its signals."""
    headers = {version.HEADER: str(max(version.SUPPORTED))}

    def send(path, body, status):
        answer = api.post(f"/agent/v1/{path}", json=body, headers=headers)
        assert answer.status == status, answer.body
        return answer.body and answer.json()

    challenge = send("challenges", {"agentId": agent_id}, 200)["challenge"]
    signature = identity.sign(session_proof(challenge))
    signed = {"agentId": agent_id, "challenge": challenge, "signature": signature}
    headers["authorization"] = f"Bearer {send('sessions', signed, 200)['token']}"
    body = {"deviceId": agent_id, "collectedAt": time.time(), "signals": signals}
    send("posture", body, 204)
    stream = Request(f"{api.url}/agent/v1/stream", headers=headers)
    with urlopen(stream, timeout=20) as events:
        while not events.readline().startswith(b"event:"):
            pass
    deadline = time.monotonic() + 20
    while read(api, f"/tenants/devices/{agent_id}")["status"] != "Offline":
        assert time.monotonic() < deadline, "the device did not go"
        time.sleep(0.02)


def enrolled_gateway(api, gateway):
    """Enrol a gateway; return its identity and the controller's answer."""
    return _enrolled(api, "gateway", gateway["token"], {"token": gateway["token"]})


@asynccontextmanager
async def online(api, identity, enrolled):
    """Be connected as a gateway that enrolled."""
    controller = Controller(api.url)
    channel = Channel(
        controller,
        agent_id=enrolled["agentId"],
        identity=identity,
        controller_key=enrolled["controllerKey"],
    )
    try:
        async with aclosing(channel.events(lambda: None)) as events, asyncio.timeout(20):
            while not isinstance(await anext(events), Received):
                pass
            yield
    finally:
        await controller.close()


def some_of_everything(api, word="acme"):
    """Give a tenant a thing of each kind, all connected and named after ``word``.

    Return their ids by kind.
    """
    roles = [role(api, "AUDITOR")["id"]]
    team = group(api, f"{word} team", roles=roles)
    ann = user(api, f"ann@{word}.test", [team["id"]])
    about = {"department": f"{word} sales", "title": word, "attributes": {"team": word}}
    assert api.put(f"/tenants/users/{ann['id']}", json=about).status == 200
    api.patch(f"/tenants/users/{ann['id']}/roles", json={"addedRoles": roles, "removedRoles": []})
    laptop = device(api, owner(api)["id"], f"{word} laptop", firewall=True, serialNumber=word)
    site = gateway(api, f"{word} site")
    web = protocol(api, f"{word} web")
    places = [{"address": f"{word}.internal", "protocols": [web["id"]]}]
    wiki = connected(api, resource(api, f"{word} wiki", addresses=places), site)
    admission = rule(api)
    owned = {"serialNumbers": [f"{word} 1"]}
    assert api.put("/tenants/owned-devices", json=owned).status == 200
    named = {"groups": team, "users": ann, "devices": laptop, "resources": wiki, "gateways": site}
    scope = {what: [each["id"]] for what, each in named.items()}
    other = group(api, f"{word} others")
    made = {
        "user": ann,
        "group": team,
        "role": {"id": roles[0]},
        "device": laptop,
        "gateway": site,
        "resource": wiki,
        "address": wiki["addresses"][0],
        "protocol": web,
        "rule": admission,
        "policy": policy(api, f"{word} staff", rule=admission["id"], **scope),
        "test": policy_test(api, f"{word} people", groups=[other["id"]], resources=[wiki["id"]]),
        "key": api.made("/tenants/api-keys", {"name": f"{word} CI", "role": "AUDITOR"}),
    }
    return {kind: str(each["id"]) for kind, each in made.items()}
