"""What happens, told to consoles while it happens."""

from collections.abc import AsyncGenerator

from gatescale.contract.live import LiveEvent
from gatescale.controller.api.following import Following
from gatescale.controller.api.operation import operation


@operation("GET", "/tenants/live", "LiveController_follow", event=LiveEvent)
async def follow(following: Following) -> AsyncGenerator[bytes]:
    """Tell what changes, and who comes and goes, for as long as somebody listens.

    The answer is a stream of Server-Sent Events. First comes ``hello`` with the tenant's revision;
    then ``change`` with the revision as its id and the kinds of what changed, ``presence`` with the
    ids of devices and gateways that are to be read anew, and ``denial`` with those of devices to
    which a gateway denied something; at most five a second. ``*`` stands
    for everything. Who comes back with ``Last-Event-ID`` is told in one ``change`` what they
    missed. Comments keep the connection alive. The stream ends with the key that it was opened by.
    """
    return following.follower.follow(following.tenant_id, following.held)
