"""The audit with the real pip-audit, which asks a small OSV server on the loopback interface."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from scripts.accepted_advisories import AcceptanceError, Basis, load
from scripts.audit import ACCEPTED, FINE, LOCKS, NO_AUDIT, ROOT, TO_DO, audit, main

ADVISORY = {
    "id": "GHSA-aaaa-bbbb-cccc",
    "aliases": ["CVE-2099-0001"],
    "summary": "It falls over.",
    "affected": [
        {
            "package": {"name": "union-sample", "ecosystem": "PyPI"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.5"}]}],
        }
    ],
}
TOMORROW = datetime.now(UTC).date() + timedelta(days=1)
YESTERDAY = TOMORROW - timedelta(days=2)


class Service(HTTPServer):
    """Answers as OSV does. ``status``: of every answer."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.advisories: dict[str, list[dict[str, Any]]] = {}
        self.status = 200

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1/query"


class _Handler(BaseHTTPRequestHandler):
    server: Service

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        found = self.server.advisories.get(asked["package"]["name"])
        self.send_response(self.server.status)
        self.end_headers()
        self.wfile.write(json.dumps({"vulns": found} if found else {}).encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
        pass


@pytest.fixture
def service() -> Iterator[Service]:
    with Service() as service:
        thread = threading.Thread(target=service.serve_forever)
        thread.start()
        yield service
        service.shutdown()
        thread.join()


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    lock = tmp_path / "sample.lock"
    lock.write_text("union-sample==1.0\nunion-other==2.0\n", encoding="utf-8")
    return lock


def accepted(folder: Path, *, expires: date = TOMORROW, lock: str = "sample.lock") -> Path:
    path = folder / "accepted.toml"
    path.write_text(
        f'[[accepted]]\nid = "CVE-2099-0001"\npackage = "Union_Sample"\nlock = "{lock}"\n'
        f'why = "Nothing calls it."\nexpires = {expires}\nbasis = "audit"\n',
        encoding="utf-8",
    )
    return path


def run(lock: Path, accepted: Path, url: str) -> int:
    return main(["--osv-url", url, "--accepted", str(accepted), str(lock)])


def none(folder: Path) -> Path:
    path = folder / "none.toml"
    path.write_text("", encoding="utf-8")
    return path


def test_nothing_known(service: Service, lock: Path, tmp_path: Path) -> None:
    assert audit(lock, service.url).audited == 2
    assert run(lock, none(tmp_path), service.url) == FINE


def test_what_is_known_has_to_be_explained(
    service: Service, lock: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    service.advisories["union-sample"] = [ADVISORY]
    assert run(lock, none(tmp_path), service.url) == TO_DO
    told = capsys.readouterr().out
    assert "to be fixed or explained: union-sample 1.0: CVE-2099-0001" in told
    assert "fixed in 1.5" in told
    assert run(lock, accepted(tmp_path), service.url) == FINE
    assert "1 known weaknesses accepted" in capsys.readouterr().out


def test_an_explanation_is_for_its_lock_file_and_its_time(
    service: Service, lock: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    service.advisories["union-sample"] = [ADVISORY]
    assert run(lock, accepted(tmp_path, lock="other.lock"), service.url) == TO_DO
    assert run(lock, accepted(tmp_path, expires=YESTERDAY), service.url) == TO_DO
    assert f"accepted until {YESTERDAY}, look at it again" in capsys.readouterr().out


def test_a_service_that_is_not_there_is_no_success(
    lock: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], service: Service
) -> None:
    service.status = 500
    assert run(lock, accepted(tmp_path), service.url) == NO_AUDIT
    told = capsys.readouterr().out
    assert "NO AUDIT" in told
    assert "known without it (audit): CVE-2099-0001" in told
    assert run(lock, accepted(tmp_path), "http://127.0.0.1:9/v1/query") == NO_AUDIT


def test_packages_that_nobody_knows_are_no_success(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What pip-audit says, with status 0, where the service has not heard of any package."""
    tool = tmp_path / "python"
    skipped = [{"name": "union-sample", "skip_reason": "Dependency not found"}]
    known = {"name": "union-other", "version": "2.0", "vulns": []}
    lock = tmp_path / "sample.lock"
    for told, words in ((skipped, "none of 1 packages"), ([*skipped, known], "not audited: ")):
        tool.write_text(f"#!/bin/sh\ncat <<'E'\n{json.dumps({'dependencies': told})}\nE\n")
        tool.chmod(0o755)
        monkeypatch.setattr("scripts.audit.sys.executable", str(tool))
        assert run(lock, none(tmp_path), "http://127.0.0.1:9") == NO_AUDIT
        assert words in capsys.readouterr().out


def test_without_the_tool_there_is_no_audit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tool = tmp_path / "python"
    tool.write_text("#!/bin/sh\necho 'No module named pip_audit' >&2\nexit 1\n")
    tool.chmod(0o755)
    monkeypatch.setattr("scripts.audit.sys.executable", str(tool))
    assert run(tmp_path / "sample.lock", none(tmp_path), "http://127.0.0.1:9") == NO_AUDIT
    assert "No module named pip_audit" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[accepted]]\n", "an entry without an id"),
        ("[other]\n", "something else"),
        ("[[accepted\n", "line 1"),
        ('[[accepted]]\nid = "C"\nbasis = "hearsay"\n', "C: "),
        (
            '[[accepted]]\nid = "C"\npackage = "p"\nlock = "l"\nwhy = " "\n'
            'expires = 2099-01-01\nbasis = "audit"\n',
            "are texts",
        ),
        (
            '[[accepted]]\nid = "C"\npackage = "p"\nlock = "l"\nwhy = "w"\n'
            'expires = "never"\nbasis = "audit"\n',
            "expires is a day",
        ),
    ],
)
def test_a_file_that_says_too_little_is_refused(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "accepted.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(AcceptanceError, match=words):
        load(path)
    assert run(tmp_path / "a.lock", path, "http://127.0.0.1:9") == TO_DO


def test_nothing_stands_twice(tmp_path: Path) -> None:
    path = accepted(tmp_path)
    path.write_text(path.read_text(encoding="utf-8") * 2, encoding="utf-8")
    with pytest.raises(AcceptanceError, match="stands twice: CVE-2099-0001"):
        load(path)


def test_what_is_accepted_is_locked_and_looked_at_within_a_year() -> None:
    entries = load(ACCEPTED)
    assert entries
    for entry in entries:
        assert entry.lock in LOCKS
        lines = (ROOT / entry.lock).read_text(encoding="utf-8").splitlines()
        assert any(line.startswith(f"{entry.package}==") for line in lines), entry.id
        assert entry.expires <= date(2026, 11, 26) + timedelta(days=366)
        assert entry.basis in Basis
