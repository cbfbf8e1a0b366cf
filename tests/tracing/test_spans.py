"""Off, which is the default; and where the packages are missing."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import tracing

ROOT = Path(__file__).parents[2]
EXPORTER = "opentelemetry.exporter.otlp.proto.http.trace_exporter"
PARENT = {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}
USED_WHILE_OFF = f"""
import sys
import api.app, api.cli, tracing
tracing.start(None, service="gateway")
with tracing.span("work", tracing.Kind.SERVER, {{"a": 1}}, parent={PARENT}) as span:
    span.note({{"b": 2}})
    span.fail("ValueError")
    with tracing.call("http://127.0.0.1:1/answer") as call:
        call.answered(500)
        assert (tracing.carrier(), tracing.log_fields()) == ({{}}, {{}})
tracing.stop()
# FastAPI and redis import parts of OpenTelemetry by themselves.
ours = ("tracing.exporting", "opentelemetry.sdk.trace", "opentelemetry.exporter")
print([name for name in sys.modules if name.startswith(ours)])
"""


def pins(lock: str) -> set[str]:
    text = (ROOT / "requirements" / lock).read_text(encoding="utf-8")
    return set(re.findall(r"^[a-z0-9.-]+==[^\s;\\]+", text, flags=re.MULTILINE))


def test_off_the_gateway_imports_nothing_that_records_or_sends() -> None:
    done = subprocess.run(
        [sys.executable, "-c", USED_WHILE_OFF], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_off_an_exception_passes() -> None:
    with pytest.raises(ValueError, match="as it was"), tracing.span("work"):
        raise ValueError("as it was")


@pytest.fixture
def _not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, EXPORTER, None)
    monkeypatch.delitem(sys.modules, "tracing.exporting", raising=False)


@pytest.mark.usefixtures("_not_installed")
def test_without_the_packages_it_says_how_to_install_them() -> None:
    with pytest.raises(tracing.TracingUnavailableError) as caught:
        tracing.start("http://127.0.0.1:4318", service="gateway")
    assert "UNION_OTLP_ENDPOINT" in str(caught.value)
    lock = re.search(r"requirements/\S+", caught.value.remedy)
    assert lock
    assert (ROOT / lock[0]).is_file()


@pytest.mark.usefixtures("_not_installed")
def test_without_the_packages_it_can_be_off() -> None:
    tracing.start(None, service="gateway")
    with tracing.span("work"):
        assert tracing.carrier() == {}


@pytest.mark.parametrize(
    "program",
    [
        "from api.cli import main; sys.exit(main(['serve']))",
        "from actions.__main__ import main; sys.exit(main())",
    ],
)
def test_a_server_does_not_start_without_the_traces_it_was_told_to_make(program: str) -> None:
    code = f"import os, sys; sys.modules[{EXPORTER!r}] = None; " + program
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"UNION_OTLP_ENDPOINT": "http://127.0.0.1:4318"},
        capture_output=True,
        text=True,
    )
    assert done.returncode in (1, 2)
    assert "requirements/tracing.lock" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_lock_of_traces_has_what_the_extra_names_and_agrees_with_the_others() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        extra = tomllib.load(file)["project"]["optional-dependencies"]["tracing"]
    locked = pins("tracing.lock")
    names = {pin.partition("==")[0] for pin in locked}
    assert {re.split(r"[>=<\[]", requirement)[0] for requirement in extra} <= names
    assert locked <= pins("dev.lock")
    of_the_app = {pin for pin in pins("app.lock") if pin.partition("==")[0] in names}
    assert of_the_app <= locked, "installing traces would change what the program is tested with"
