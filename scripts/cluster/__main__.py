"""Start a cluster and watch it: ``python -m scripts.cluster`` (``make cluster`` prepares first).

PostgreSQL, Redis, two gateways, two Rasa servers and two action servers behind nginx, all on free
loopback ports and in a folder that is deleted at the end. Ctrl-C or SIGTERM stops everything.
"""

import argparse
import signal
import subprocess
import sys
import tempfile
import time
import types
from pathlib import Path

from scripts.cluster.cluster import Cluster, Plan, running_cluster
from scripts.cluster.programs import MissingProgramsError, Programs
from scripts.cluster.supervision import NotReadyError
from scripts.environment import load_env_file

_ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_POLL_SECONDS = 1.0


def main() -> int:
    """Run until stopped; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.cluster", description=__doc__.splitlines()[0]
    )
    parser.add_argument(
        "--each",
        type=int,
        default=2,
        metavar="N",
        help="how many gateways, Rasa servers and action servers (2)",
    )
    each = parser.parse_args().each
    load_env_file()
    for ending in _ENDINGS:
        signal.signal(ending, _interrupt)
    try:
        programs = Programs.find()
        with tempfile.TemporaryDirectory(prefix="union-cluster-") as folder:
            data = Path(folder)
            data.chmod(0o711)  # PostgreSQL, which runs as another user than root, goes through
            plan = Plan.of(programs, data, each)
            with running_cluster(plan, lambda line: print(line, file=sys.stderr, flush=True)) as it:
                _announce(it, plan.logs)
                while it.is_running:
                    time.sleep(_POLL_SECONDS)
                print("error: a supervisor ended", file=sys.stderr)
                return 1
    except (MissingProgramsError, NotReadyError, subprocess.CalledProcessError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped", flush=True)
        return 0


def _announce(cluster: Cluster, logs: Path) -> None:
    print(f"ready: {cluster.address}/")
    for name, number in sorted(cluster.process_ids().items()):
        print(f"  {name:10} process {number}")
    for supervised in (cluster.applications, cluster.stores):
        print(f"control: .venv/bin/supervisorctl -c {supervised.configuration} status")
    print(f"logs: {logs}\nstop with Ctrl-C", flush=True)


def _interrupt(_signal: int, _frame: types.FrameType | None) -> None:
    # A second one must not leave processes behind.
    for ending in _ENDINGS:
        signal.signal(ending, signal.SIG_IGN)
    print("\nstopping…", flush=True)
    raise KeyboardInterrupt


if __name__ == "__main__":
    raise SystemExit(main())
