"""``python -m benchmarks.cluster``: two of each behind nginx, as ``make cluster`` starts them.

Three parts, all of them by default (``--parts``):

* ``tests``: the end-to-end tests of the running product, against the cluster's address;
* ``faults``: 300 messages of 60 workers while one process is killed with SIGKILL, for each process
  in turn (``--victims``); nothing may be lost, doubled or left alone;
* ``throughput``: turns a second with 1, 8 and 32 clients in turn with a cluster of one of each, the
  CPU that a turn takes at each part, and memory.

Writes ``docs/evidence/cluster.json``, where parts that were not run stay as they are. Exit status 1
if a test fails, a fault run is not clean or a turn goes wrong.
"""

import argparse
import asyncio
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from benchmarks import cluster_faults, cluster_throughput
from scripts.cluster.cluster import Cluster, Plan, running_cluster
from scripts.cluster.programs import Programs
from scripts.steps import ROOT

EVIDENCE = ROOT / "docs" / "evidence" / "cluster.json"
PARTS = ("tests", "faults", "throughput")
SIDES = ("one_of_each", "two_of_each")
VICTIMS = (
    *("gateway-1", "gateway-2", "rasa-1", "rasa-2", "actions-1", "actions-2"),
    *("redis", "postgres", "nginx"),
)
_SEED = 20261126
_PATIENT = "20"
"""Seconds for the bot where speed is not the question: everything shares two cores here."""


@contextmanager
def cluster_of(each: int, **settings: str) -> Iterator[Cluster]:
    """A cluster in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="union-cluster-") as folder:
        Path(folder).chmod(0o711)
        plan = Plan.of(
            Programs.find(), Path(folder), each, **{"UNION_LOG_LEVEL": "WARNING", **settings}
        )
        with running_cluster(plan) as cluster:
            yield cluster


def end_to_end(cluster: Cluster) -> dict[str, Any]:
    """Run the tests of the running product; how many there were, and how they went."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", f"--junitxml={report}", "tests/e2e"]
        environment = {**cluster.environment, "UNION_TEST_ADDRESS": cluster.address}
        subprocess.run(command, cwd=ROOT, env=environment, check=False)
        suite = ElementTree.parse(report).getroot().find("testsuite")  # noqa: S314 - our own file
    assert suite is not None
    counts = {name: int(suite.get(name, 0)) for name in ("tests", "failures", "errors", "skipped")}
    return {"at": _now(), **counts, "seconds": round(float(suite.get("time", 0)), 1)}


def faults(cluster: Cluster, victims: list[str]) -> dict[str, Any]:
    """Kill each victim once under load."""
    found: dict[str, Any] = {}
    for number, victim in enumerate(victims):
        run = asyncio.run(cluster_faults.run(cluster, victim, _SEED + 1000 * number))
        found[victim] = {"at": _now(), **run.figures(), "clean": run.is_clean}
        print(f"{victim}: {found[victim]}", flush=True)
    return found


def measure(parts: list[str], victims: list[str]) -> dict[str, Any]:
    """Run the parts, with as few starts as they allow."""
    found: dict[str, Any] = {}
    if "tests" in parts or "throughput" in parts:
        with cluster_of(2, UNION_RASA_TIMEOUT=_PATIENT) as two:
            if "tests" in parts:
                found["end_to_end"] = end_to_end(two)
            if "throughput" in parts:
                with cluster_of(1, UNION_RASA_TIMEOUT=_PATIENT) as one:
                    sides = dict(zip(SIDES, (one, two), strict=True))
                    found["throughput"] = {"at": _now(), **cluster_throughput.measure(sides)}
                found["cpu_ms_a_turn"] = cluster_throughput.costs_of(found["throughput"][SIDES[1]])
    if "faults" in parts:
        # With the limit for the bot that the product has.
        with cluster_of(2) as cluster:
            found["faults"] = faults(cluster, victims)
    return found


def is_good(found: Mapping[str, Any]) -> bool:
    """Whether everything that was run went well."""
    tests = found.get("end_to_end", {})
    sides = [found["throughput"][side] for side in SIDES] if "throughput" in found else []
    return (
        not (tests.get("failures") or tests.get("errors"))
        and all(run["clean"] for run in found.get("faults", {}).values())
        and not any(load["errors"] for side in sides for load in side["load"])
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def main() -> int:
    """Run the parts, merge the evidence."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--victims", nargs="+", choices=VICTIMS, default=list(VICTIMS))
    arguments = parser.parse_args()
    found = measure(arguments.parts, arguments.victims)
    before = json.loads(EVIDENCE.read_text(encoding="utf-8")) if EVIDENCE.is_file() else {}
    found["faults"] = {**before.get("faults", {}), **found.get("faults", {})}
    evidence = {
        **before,
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        **found,
    }
    text = json.dumps(evidence, ensure_ascii=False, indent=1) + "\n"
    EVIDENCE.write_text(text, encoding="utf-8")
    print(json.dumps(found, ensure_ascii=False, indent=1))
    return 0 if is_good(found) else 1


if __name__ == "__main__":
    sys.exit(main())
