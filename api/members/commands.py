"""Commands for operators: put a roster in place, rotate the keys."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from tqdm import tqdm

from api.members.importing import RosterChangedError, import_roster
from api.members.refresh import ChangeKind, ImportReport, TooManyLeavingError
from api.members.roster import read_roster
from api.members.rotation import rotate
from api.members.sheets import RosterError
from api.members.texts import members_texts
from api.members.vault import UnsealError, Vault
from api.storage.database import Database

_LINES_AT_MOST = 200


async def import_command(
    database: Database, vault: Vault, path: Path, *, zone: ZoneInfo, force: bool
) -> int:
    """Import a roster and print what it changed; the exit status is 1 if it was refused."""
    texts = members_texts().import_
    today = datetime.now(UTC).astimezone(zone).date()
    try:
        with tqdm(unit="行", disable=None) as bar:
            roster = read_roster(path, today=today, progress=lambda read: _advance(bar, read))
        report = await import_roster(database, vault, roster, force=force)
    except TooManyLeavingError as error:
        refused = texts.too_many_leaving.format(leaving=error.leaving, current=error.current)
    except RosterChangedError:
        refused = texts.changed_meanwhile
    except (RosterError, UnsealError, OSError) as error:
        refused = str(error)
    else:
        print("\n".join(report_lines(report)))
        return 0
    print(refused, file=sys.stderr)
    return 1


async def rotate_command(database: Database, vault: Vault) -> int:
    """Seal everything under the first key again; the exit status is 1 if a key is missing."""
    try:
        with tqdm(disable=None) as bar:
            sealed = await rotate(database, vault, progress=lambda done: _advance(bar, done))
    except UnsealError as error:
        print(error, file=sys.stderr)
        return 1
    print(members_texts().rotation.done.format(count=sealed))
    return 0


def report_lines(report: ImportReport, at_most: int = _LINES_AT_MOST) -> list[str]:
    """The report in Chinese: the figures, then the problems, then who changed, names masked."""
    texts = members_texts().import_
    details = [*_problems(report), *_changes(report)]
    lines = [texts.counts.format(**report.counts()), *details[:at_most]]
    if len(details) > at_most:
        lines.append(texts.more.format(count=len(details) - at_most))
    return lines


def _problems(report: ImportReport) -> Iterator[str]:
    for problem in report.problems:
        yield members_texts().import_.problem.format(
            line=problem.line, column=problem.column.heading, reason=problem.reason
        )


def _changes(report: ImportReport) -> Iterator[str]:
    texts = members_texts().import_
    forms = {
        ChangeKind.CHANGED: texts.change,
        ChangeKind.LEFT: texts.left,
        ChangeKind.RETURNED: texts.returned,
    }
    for change in report.changes:
        yield forms[change.kind].format(
            line=change.line,
            name=change.masked_name,
            fields="、".join(column.heading for column in change.columns),
        )


def _advance(bar: "tqdm[None]", by: int) -> None:
    bar.update(by)
