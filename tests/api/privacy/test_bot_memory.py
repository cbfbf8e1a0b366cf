import httpx2
import pytest

from api.outbox.adapters import PermanentError, TemporaryError
from api.privacy.bot_memory import BotMemory, payload_of

pytestmark = pytest.mark.anyio
URLS = ["http://one:5005", "http://two:5005"]


class Servers:
    """Answers in place of the dialogue servers."""

    def __init__(self) -> None:
        self.requests: list[httpx2.Request] = []
        self.status = 204
        self.error: Exception | None = None

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        if self.error is not None:
            raise self.error
        return httpx2.Response(self.status)


@pytest.fixture
def servers() -> Servers:
    return Servers()


async def deliver(servers: Servers, bot_round: int = 0) -> None:
    async with httpx2.AsyncClient(transport=httpx2.MockTransport(servers)) as client:
        await BotMemory(client, URLS, secret="s").deliver(payload_of("c1", bot_round), "item")


async def test_every_server_forgets_every_round(servers: Servers) -> None:
    await deliver(servers, bot_round=1)
    path = "/webhooks/gateway/conversations"
    assert [str(request.url) for request in servers.requests] == [
        f"{url}{path}/{sender}" for url in URLS for sender in ("c1", "c1.1")
    ]
    assert {request.method for request in servers.requests} == {"DELETE"}
    assert {request.headers["Authorization"] for request in servers.requests} == {"Bearer s"}


@pytest.mark.parametrize(("status", "error"), [(503, TemporaryError), (401, PermanentError)])
async def test_a_refusal_is_told(servers: Servers, status: int, error: type[Exception]) -> None:
    servers.status = status
    with pytest.raises(error, match=f"status {status}"):
        await deliver(servers)


@pytest.mark.parametrize("error", [httpx2.ConnectError("x"), TimeoutError()])
async def test_a_server_that_is_away_is_asked_again(servers: Servers, error: Exception) -> None:
    servers.error = error
    with pytest.raises(TemporaryError):
        await deliver(servers)
