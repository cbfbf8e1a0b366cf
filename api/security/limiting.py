"""Rate limits as a dependency of every route."""

from collections.abc import Sequence

from fastapi import Request
from starlette.requests import HTTPConnection

from api.security.access_table import ACCESS
from api.security.client_address import Network, client_address, is_loopback
from api.security.rate_limits import Per, RateLimits, RouteGroup

_FORM = "application/x-www-form-urlencoded"


class RateLimiting:
    """Dependency of the whole application: counts a request as the access table says.

    It runs behind the check of a conversation's or a colleague's token, so that nobody can use up
    what somebody else may do.
    """

    def __init__(self, limits: RateLimits, trusted_proxies: Sequence[Network] = ()) -> None:
        self._limits = limits
        self._trusted_proxies = trusted_proxies

    async def __call__(self, connection: HTTPConnection) -> None:
        """Raises ``TooManyRequestsError``."""
        if not isinstance(connection, Request):
            return  # a socket's messages are counted where they come in
        group = ACCESS[connection.method, connection.scope["route"].path].limit
        if group is not None:
            await self._limits.require(group, await self._identities(group, connection))

    async def _identities(self, group: RouteGroup, request: Request) -> dict[Per, str]:
        address = client_address(request, self._trusted_proxies)
        # The machine itself is the operator, or a proxy nobody named: not somebody to be limited.
        found = {} if is_loopback(address) else {Per.ADDRESS: address}
        if conversation_id := request.path_params.get("conversation_id"):
            found[Per.CONVERSATION] = conversation_id
        if token := request.headers.get("Authorization"):
            found[Per.TOKEN] = token
        if group is RouteGroup.LOGIN:
            found[Per.ACCOUNT] = f"{address} {await _username(request)}"
        return found


async def _username(request: Request) -> str:
    if request.headers.get("Content-Type", "").startswith(_FORM):
        return str((await request.form()).get("username", ""))
    try:
        body = await request.json()
    except ValueError:  # the route will refuse it, but it counts
        return ""
    return str(body.get("username") if isinstance(body, dict) else "")
