"""``python -m scripts.audit``: known weaknesses of what is locked, against those that are accepted.

pip-audit asks the advisory service for every locked package of both environments. What it finds has
to be fixed, or explained in ``requirements/accepted-advisories.toml`` with a day on which the
explanation is looked at again.

Ends with 0: nothing is known but what is accepted; 1: something has to be done; 2: there was no
audit, or not of everything, because pip-audit is not installed or its service was not reached.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from scripts.accepted_advisories import Acceptance, AcceptanceError, load

ROOT: Final = Path(__file__).resolve().parents[1]
ACCEPTED: Final = ROOT / "requirements" / "accepted-advisories.toml"
LOCKS: Final = (
    "requirements/app.lock",
    "requirements/torch.txt",
    "requirements/dev.lock",
    "bot/requirements.lock",
)
FINE, TO_DO, NO_AUDIT = 0, 1, 2
_PATIENCE_S = 900


class NoAuditError(Exception):
    """The advisory service gave no answer; the message says why."""


@dataclass(frozen=True)
class Finding:
    """A known weakness of a locked package; ``ids`` are all names that it has."""

    package: str
    version: str
    ids: frozenset[str]
    fixed_in: str

    def __str__(self) -> str:
        fix = f", fixed in {self.fixed_in}" if self.fixed_in else ""
        return f"{self.package} {self.version}: {', '.join(sorted(self.ids))}{fix}"


@dataclass(frozen=True)
class Audit:
    """What is known of one lock file. ``unknown``: packages that the service could not name."""

    audited: int
    findings: Sequence[Finding]
    unknown: Sequence[str]


def audit(lock: Path, osv_url: str | None = None) -> Audit:
    """Ask for every package of a lock file. Raises ``NoAuditError``."""
    service = ["-s", "osv", "--osv-url", osv_url] if osv_url else []
    command = [sys.executable, "-m", "pip_audit", "-r", str(lock), "--no-deps", "--disable-pip"]
    options = ["--format", "json", "--progress-spinner", "off", *service]
    try:
        done = subprocess.run(
            [*command, *options], capture_output=True, text=True, timeout=_PATIENCE_S
        )
    except subprocess.TimeoutExpired:
        raise NoAuditError("the advisory service does not answer") from None
    try:
        told = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError, TypeError):
        last = (done.stderr.strip().splitlines() or ["pip-audit said nothing"])[-1]
        raise NoAuditError(last) from None
    unknown = [each["name"] for each in told if "skip_reason" in each]
    if told and len(unknown) == len(told):
        # The service answers "not found" for every package where a mirror without advisories
        # stands in its place; pip-audit itself takes that for a success.
        raise NoAuditError(f"none of {len(told)} packages was found at the advisory service")
    findings = [finding for each in told for finding in _findings(each)]
    return Audit(len(told) - len(unknown), findings, unknown)


def _findings(package: dict[str, Any]) -> list[Finding]:
    return [
        Finding(
            package["name"],
            package["version"],
            frozenset({found["id"], *found.get("aliases", [])}),
            ", ".join(found.get("fix_versions", [])),
        )
        for found in package.get("vulns", [])
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Audit every lock file; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--osv-url", help="ask this OSV service, such as a mirror in the house")
    parser.add_argument("--accepted", type=Path, default=ACCEPTED, help=argparse.SUPPRESS)
    parser.add_argument("locks", nargs="*", type=Path, help="default: all of the project")
    options = parser.parse_args(arguments)
    locks = options.locks or [ROOT / lock for lock in LOCKS]
    try:
        accepted = load(options.accepted)
    except AcceptanceError as error:
        print(f"{_name(options.accepted)}: {error}")
        return TO_DO
    today = datetime.now(UTC).date()
    status = _tell_expired(accepted, today)
    seen: set[Acceptance] = set()
    for lock in locks:
        try:
            result = audit(lock, options.osv_url)
        except NoAuditError as error:
            print(f"{_name(lock)}: NO AUDIT: {error}")
            _tell_known(accepted, lock)
            status = max(status, NO_AUDIT)
            continue
        status = max(status, _tell(lock, result, accepted, today, seen))
    if status != NO_AUDIT and not options.locks:
        for each in accepted:
            if each not in seen:
                print(f"not found any more, take it out: {each.id} ({each.package})")
    return status


def _tell_expired(accepted: Sequence[Acceptance], today: date) -> int:
    expired = [each for each in accepted if each.expires < today]
    for each in expired:
        print(f"accepted until {each.expires}, look at it again: {each.id} ({each.package})")
    return TO_DO if expired else FINE


def _tell(
    lock: Path,
    result: Audit,
    accepted: Sequence[Acceptance],
    today: date,
    seen: set[Acceptance],
) -> int:
    open_findings = []
    for finding in result.findings:
        covering = [each for each in accepted if each.covers(finding.package, finding.ids, lock)]
        seen.update(covering)
        if not any(each.expires >= today for each in covering):
            open_findings.append(finding)
    known = len(result.findings) - len(open_findings)
    print(f"{_name(lock)}: {result.audited} packages, {known} known weaknesses accepted")
    for finding in open_findings:
        print(f"  to be fixed or explained: {finding}")
    if result.unknown:
        print(f"{_name(lock)}: not audited: {', '.join(result.unknown)}")
        return NO_AUDIT
    return TO_DO if open_findings else FINE


def _tell_known(accepted: Sequence[Acceptance], lock: Path) -> None:
    for each in accepted:
        if each.is_of(lock):
            print(f"  known without it ({each.basis}): {each.id}, {each.package}")


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)


if __name__ == "__main__":
    sys.exit(main())
