"""A cluster on this machine: what runs, where, and how to reach and to kill it."""

import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path

from scripts.cluster.programs import Programs
from scripts.cluster.proxy import Proxy
from scripts.cluster.stores import Postgres, redis_member, redis_url
from scripts.cluster.supervision import Member, Supervised
from scripts.ephemeral import answers, free_ports
from scripts.prepare import data_directory
from scripts.processes import processes
from scripts.steps import ROOT

STORES_WITHIN_SECONDS = 30
READY_WITHIN_SECONDS = 240
_FIXED_PORTS = 4
_PARTS = 3


@dataclass(frozen=True)
class Plan:
    """Everything about a cluster that is known before it starts."""

    address: str
    environment: dict[str, str]
    postgres: Postgres
    redis: Member
    proxy: Proxy
    gateways: list[int]
    actions: list[int]
    applications: list[Member]
    logs: Path

    @classmethod
    def of(cls, programs: Programs, data: Path, each: int, **settings: str) -> "Plan":
        """Choose ports.

        Args:
            programs: those of the machine.
            data: an empty folder, which the server of PostgreSQL has to be able to enter.
            each: how many gateways, Rasa servers and action servers.
            settings: further ``UNION_…`` variables.
        """
        ports = free_ports(_FIXED_PORTS + _PARTS * each)
        port, actions_port, postgres_port, redis_port = ports[:_FIXED_PORTS]
        gateways, rasas, actions = (ports[_FIXED_PORTS + part :: _PARTS] for part in range(_PARTS))
        postgres = Postgres(programs, data / "postgres", postgres_port)
        proxy = Proxy(programs, data / "nginx", port, actions_port)
        prepared = data_directory()
        address = f"http://127.0.0.1:{port}"
        environment = {
            **os.environ,
            "UNION_INDEX_DIR": str(prepared / "index"),
            "UNION_EMBEDDING_MODEL": str(prepared / "models" / "union-e5-small"),
            "UNION_DATA_DIR": str(data / "shared"),
            "UNION_DATABASE_URL": postgres.url,
            "UNION_REDIS_URL": redis_url(redis_port),
            "UNION_RASA_URLS": ",".join(f"http://127.0.0.1:{each}" for each in rasas),
            "UNION_ACTIONS_URL": f"http://127.0.0.1:{actions_port}",
            "UNION_PUBLIC_URL": address,
            "UNION_TRUSTED_PROXIES": "127.0.0.1/32",
            "UNION_SECRET_KEY": secrets.token_hex(32),
            "UNION_RASA_SECRET": secrets.token_hex(32),
            **settings,
        }
        sets = [
            _applications(number, data, *triple)
            for number, triple in enumerate(zip(gateways, rasas, actions, strict=True), start=1)
        ]
        return cls(
            address,
            environment,
            postgres,
            redis_member(programs, data, redis_port),
            proxy,
            gateways,
            actions,
            [*chain.from_iterable(zip(*sets, strict=True)), proxy.member()],
            data / "log",
        )


def _applications(number: int, data: Path, gateway: int, rasa: int, actions: int) -> list[Member]:
    """One of each, on these ports."""
    own = (
        {"UNION_PORT": str(gateway)},
        {
            "UNION_RASA_PORT": str(rasa),
            # A tracker file is one server's (decision 0002).
            "UNION_RASA_TRACKER_DB": str(data / f"tracker-{number}.db"),
        },
        {"UNION_ACTIONS_URL": f"http://127.0.0.1:{actions}"},
    )
    members = processes(
        gateway=f"http://127.0.0.1:{gateway}",
        rasa=f"http://127.0.0.1:{rasa}",
        actions=f"http://127.0.0.1:{actions}",
    )
    return [
        Member(
            replace(
                member,
                name=f"{member.name}-{number}",
                environment={**member.environment, **variables},
            ),
            partial(answers, member.health),
        )
        for member, variables in zip(members, own, strict=True)
    ]


@dataclass(frozen=True)
class Cluster:
    """One that runs; ``address`` is the proxy's."""

    address: str
    environment: dict[str, str]
    stores: Supervised
    applications: Supervised

    @property
    def is_running(self) -> bool:
        """Whether both supervisors are there."""
        return self.stores.is_running and self.applications.is_running

    def process_ids(self) -> dict[str, int]:
        """The process behind each name: ``gateway-1``, …, ``nginx``, ``postgres``, ``redis``."""
        return self.applications.process_ids() | self.stores.process_ids()

    def kill(self, name: str) -> None:
        """Kill one process with SIGKILL, as a crash or the kernel would."""
        os.kill(self.process_ids()[name], signal.SIGKILL)

    def wait_until_ready(self, seconds: float) -> None:
        """Return when every process serves again.

        Raises:
            NotReadyError: a supervisor ended, or the time is over.
        """
        self.stores.wait_until_ready(seconds)
        self.applications.wait_until_ready(seconds)


@contextmanager
def running_cluster(plan: Plan, said: Callable[[str], None] | None = None) -> Iterator[Cluster]:
    """Start everything, the stores and the schema first; stop it in the opposite order.

    Raises:
        NotReadyError: something did not become ready.
        subprocess.CalledProcessError: the database could not be made or migrated.
    """
    plan.postgres.initialise()
    plan.proxy.write(plan.gateways, plan.actions)
    with Supervised(
        [plan.postgres.member(), plan.redis], plan.environment, plan.logs / "stores"
    ) as stores:
        stores.wait_until_ready(STORES_WITHIN_SECONDS, said)
        plan.postgres.create_database()
        # Once and before the gateways start: otherwise each would do it.
        subprocess.run(
            [sys.executable, "-m", "api", "migrate"], cwd=ROOT, env=plan.environment, check=True
        )
        with Supervised(plan.applications, plan.environment, plan.logs) as applications:
            applications.wait_until_ready(READY_WITHIN_SECONDS, said)
            yield Cluster(plan.address, plan.environment, stores, applications)
