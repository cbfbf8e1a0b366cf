"""A real nginx with the configuration of a cluster, in front of small servers."""

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx2
import pytest
import uvicorn

from scripts.cluster.programs import Programs
from scripts.cluster.proxy import DEPLOYED, Proxy, without_tls
from scripts.cluster.supervision import Supervised
from scripts.ephemeral import free_ports
from scripts.steps import ROOT

CONVERSATION = "/api/v1/conversations/01M855EHVTB7ANMVT100NEDVMT"


class Server(ThreadingHTTPServer):
    """Answers with its name, the path and the headers; ``cuts_off`` closes instead of answering."""

    def __init__(self, name: str) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.name = name
        self.cuts_off = False
        self.asked = 0


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self) -> None:
        server = self.server
        assert isinstance(server, Server)
        server.asked += 1
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if server.cuts_off:
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
            return
        body = f"{server.name} {self.path}\n{self.headers}".encode()
        self.send_response(101 if self.headers.get("Upgrade") else 200)
        if self.headers.get("Upgrade"):
            self.send_header("Upgrade", "websocket")
            self.send_header("Connection", "Upgrade")
            self.close_connection = True
        else:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = answer  # noqa: N815 - names of the base class

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def servers(*names: str) -> Iterator[list[Server]]:
    made = [Server(name) for name in names]
    for each in made:
        threading.Thread(target=each.serve_forever, daemon=True).start()
    try:
        yield made
    finally:
        for each in made:
            each.shutdown()
            each.server_close()


class Behind:
    """What stands behind the proxy, and clients of both its sides."""

    def __init__(self, port: int, actions_port: int, made: list[Server]) -> None:
        self.port = port
        self.client = httpx2.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False)
        self.rasa = httpx2.Client(base_url=f"http://127.0.0.1:{actions_port}", trust_env=False)
        self.gateways, self.actions = made[:2], made[2:]

    def served_by(self, path: str) -> str:
        return self.client.get(path).text.partition(" ")[0]


@pytest.fixture(scope="module")
def behind(programs: Programs, folder: Path) -> Iterator[Behind]:
    port, actions_port = free_ports(2)
    proxy = Proxy(programs, folder / "nginx", port, actions_port)
    with servers("gateway-1", "gateway-2", "actions-1", "actions-2") as made:
        ports = [each.server_address[1] for each in made]
        proxy.write(ports[:2], ports[2:])
        with Supervised([proxy.member()], {}, folder / "log") as supervised:
            supervised.wait_until_ready(60)
            yield Behind(port, actions_port, made)


@pytest.fixture(autouse=True)
def nobody_cuts_off(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if "behind" in request.fixturenames:
        for server in request.getfixturevalue("behind").actions:
            server.cuts_off = False


def test_workers_reach_every_gateway(behind: Behind) -> None:
    assert {behind.served_by("/api/v1/conversations") for _ in range(40)} == {
        "gateway-1",
        "gateway-2",
    }


def test_a_colleague_keeps_to_one_gateway(behind: Behind) -> None:
    paths = ["/staff", "/staff/login", "/staff/_nicegui_ws/socket.io"] * 10
    assert len({behind.served_by(path) for path in paths}) == 1


def test_the_gateway_is_told_who_asks(behind: Behind) -> None:
    text = behind.client.get("/", headers={"X-Forwarded-For": "203.0.113.7"}).text
    assert "X-Forwarded-For: 203.0.113.7, 127.0.0.1" in text


@pytest.mark.parametrize("path", ["/metrics", "/readyz", "/healthz", "/openapi.json"])
def test_routes_of_operators_stay_hidden(behind: Behind, path: str) -> None:
    assert behind.client.get(path).status_code == 404


def test_sockets_are_upgraded(behind: Behind) -> None:
    with socket.create_connection(("127.0.0.1", behind.port), timeout=10) as connection:
        connection.sendall(
            f"GET {CONVERSATION}/ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n"
            "Upgrade: websocket\r\n\r\n".encode()
        )
        assert connection.recv(1024).startswith(b"HTTP/1.1 101 ")


def test_a_file_of_eleven_megabytes_passes(behind: Behind) -> None:
    response = behind.client.post(f"{CONVERSATION}/attachments", content=b"x" * 10_000_000)
    assert response.status_code == 200


def test_an_action_that_was_cut_off_is_asked_of_the_other_server(behind: Behind) -> None:
    behind.actions[0].cuts_off = True
    answers = {behind.rasa.post("/webhook", content=b"{}").text.partition(" ")[0] for _ in range(6)}
    assert answers == {"actions-2"}
    assert behind.actions[0].asked > 0


def test_a_message_that_was_cut_off_is_left_to_the_client(behind: Behind) -> None:
    """It may have been stored; the client repeats it under its id."""
    for gateway in behind.gateways:
        gateway.cuts_off = True
    try:
        before = sum(gateway.asked for gateway in behind.gateways)
        assert behind.client.post(f"{CONVERSATION}/messages", content=b"{}").status_code == 502
        assert sum(gateway.asked for gateway in behind.gateways) == before + 1
    finally:
        for gateway in behind.gateways:
            gateway.cuts_off = False


@pytest.mark.parametrize("name", ["upstream.conf", "upstream.compose.conf"])
def test_the_proxy_lets_go_of_idle_connections_before_the_gateway_does(name: str) -> None:
    """Else it sends a message on a connection that is being closed, and cannot send it again."""
    text = (DEPLOYED / name).read_text(encoding="utf-8")
    (seconds,) = re.findall(r"keepalive_timeout (\d+)s;", text)
    assert int(seconds) < uvicorn.Config("api.app:create_app").timeout_keep_alive
    assert "timeout_keep_alive" not in (ROOT / "api" / "cli.py").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["upstream.conf", "upstream.compose.conf"])
def test_one_broken_connection_does_not_take_a_gateway_away(name: str) -> None:
    """Two at once would leave nobody for as long as ``fail_timeout`` says."""
    text = (DEPLOYED / name).read_text(encoding="utf-8")
    (failures,) = re.findall(r"max_fails=(\d+) ", text)
    assert int(failures) > 1


def test_another_structure_of_the_deployed_file_is_refused() -> None:
    deployed = (DEPLOYED / "union.conf").read_text(encoding="utf-8")
    assert "ssl" not in without_tls(deployed, 1, Path("/x"))
    with pytest.raises(ValueError, match="not built as"):
        without_tls(deployed.replace("listen 443", "listen 8443"), 1, Path("/x"))
