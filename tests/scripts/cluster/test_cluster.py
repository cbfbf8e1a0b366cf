"""A cluster without what computes answers: real gateways, PostgreSQL, Redis and nginx."""

import json
import os
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest
from websockets.sync.client import connect

from scripts.cluster.cluster import Cluster, Plan, running_cluster
from scripts.cluster.programs import Programs

NOWHERE = Programs(Path("nginx"), Path("redis-server"), Path("postgresql"))


def test_each_process_has_what_is_its_own_and_shares_the_rest(tmp_path: Path) -> None:
    plan = Plan.of(NOWHERE, tmp_path, 2, UNION_LOG_LEVEL="WARNING")
    own = {member.name: member.process.environment for member in plan.applications}
    assert list(own) == [
        "gateway-1", "gateway-2", "rasa-1", "rasa-2", "actions-1", "actions-2", "nginx",
    ]  # fmt: skip
    for variable in ("UNION_PORT", "UNION_RASA_PORT", "UNION_RASA_TRACKER_DB", "UNION_ACTIONS_URL"):
        assert len({each[variable] for each in own.values() if variable in each}) == 2
    rasas = [f"http://127.0.0.1:{own[name]['UNION_RASA_PORT']}" for name in ("rasa-1", "rasa-2")]
    assert plan.environment["UNION_RASA_URLS"].split(",") == rasas
    # Rasa and the gateways ask for actions at the proxy, not at one of the servers.
    assert plan.environment["UNION_ACTIONS_URL"] not in {
        own[name]["UNION_ACTIONS_URL"] for name in ("actions-1", "actions-2")
    }
    assert plan.environment["UNION_DATABASE_URL"].startswith("postgresql+asyncpg://")
    assert plan.environment["UNION_REDIS_URL"].startswith("redis://127.0.0.1:")
    assert plan.environment["UNION_LOG_LEVEL"] == "WARNING"


def test_one_of_each_can_be_had(tmp_path: Path) -> None:
    plan = Plan.of(NOWHERE, tmp_path, 1)
    assert [each.name for each in plan.applications] == [
        "gateway-1", "rasa-1", "actions-1", "nginx",
    ]  # fmt: skip


@pytest.fixture(scope="module")
def cluster(programs: Programs, folder: Path) -> Iterator[Cluster]:
    plan = Plan.of(programs, folder, 2, UNION_RECOVERY_WAIT="0", UNION_RASA_TIMEOUT="0.5")
    bare = [each for each in plan.applications if each.name.startswith(("gateway", "nginx"))]
    with running_cluster(replace(plan, applications=bare)) as running:
        yield running


@pytest.fixture
def client(cluster: Cluster) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=cluster.address, timeout=30, trust_env=False) as made:
        yield made


def begin(client: httpx2.Client) -> tuple[str, dict[str, str]]:
    created = client.post("/api/v1/conversations", json={"channel": "web"})
    assert created.status_code == 201, created.text
    body = created.json()
    path = f"/api/v1/conversations/{body['conversation_id']}"
    return path, {"Authorization": f"Bearer {body['token']}"}


def say(client: httpx2.Client, path: str, headers: dict[str, str], key: str) -> httpx2.Response:
    body = {"text": "转人工", "client_message_id": key}
    return client.post(f"{path}/messages", json=body, headers=headers)


def test_a_message_through_one_gateway_is_seen_through_all(
    cluster: Cluster, client: httpx2.Client
) -> None:
    path, headers = begin(client)
    first = say(client, path, headers, "one")
    assert first.status_code == 200, first.text
    again = [say(client, path, headers, "one").json() for _ in range(6)]
    assert all(each == first.json() for each in again)


def test_a_message_arrives_on_the_sockets_of_every_gateway(
    cluster: Cluster, client: httpx2.Client
) -> None:
    path, headers = begin(client)
    address = cluster.address.replace("http", "ws")
    sockets = [connect(f"{address}{path}/ws", additional_headers=headers) for _ in range(8)]
    try:
        for each in sockets:
            each.send(json.dumps({"type": "hello", "after": None}))
            assert json.loads(each.recv(timeout=10))["type"] == "messages"
        assert say(client, path, headers, "one").status_code == 200
        for each in sockets:
            while "转人工" not in str(each.recv(timeout=10)):
                pass
    finally:
        for each in sockets:
            each.close()


@pytest.mark.parametrize("name", ["gateway-1", "gateway-2", "redis", "postgres", "nginx"])
def test_it_comes_back_by_itself_and_keeps_what_it_had(
    cluster: Cluster, client: httpx2.Client, name: str
) -> None:
    path, headers = begin(client)
    first = say(client, path, headers, "one").json()
    killed = cluster.process_ids()[name]
    cluster.kill(name)
    while cluster.process_ids().get(name, killed) == killed:
        assert cluster.is_running
    cluster.wait_until_ready(60)
    assert say(client, path, headers, "one").json() == first


def test_nothing_listens_but_on_loopback(cluster: Cluster) -> None:
    listening = {
        line.split()[1].partition(":")[0]
        for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]
        if line.split()[3] == "0A" and line.split()[9] in _sockets(cluster)
    }
    assert listening == {socket.inet_aton("127.0.0.1")[::-1].hex().upper()}


def _sockets(cluster: Cluster) -> set[str]:
    """Inodes of the sockets of its processes."""
    found: set[str] = set()
    for number in cluster.process_ids().values():
        for file in Path(f"/proc/{number}/fd").iterdir():
            target = os.readlink(file)
            if target.startswith("socket:["):
                found.add(target[8:-1])
    return found
