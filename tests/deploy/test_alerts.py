"""The alerts name metrics and labels that exist, and say what to do."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from api.channels.wechat.platform_errors import PlatformOutcome
from api.error_codes import ErrorCode
from api.operations import metrics
from api.operations.metrics import TurnOutcome
from api.operations.state import State, StateCollector
from knowledge_base.index.pointer import Pointer, write_pointer

ROOT = Path(__file__).parents[2]
PROMETHEUS = ROOT / "deploy" / "prometheus"
ALERTS = [
    rule
    for group in yaml.safe_load((PROMETHEUS / "alerts.yml").read_text(encoding="utf-8"))["groups"]
    for rule in group["rules"]
]
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
NOT_OURS = {"up"}
WORDS_OF_PROMQL = frozenset(
    {"absent", "and", "by", "count", "histogram_quantile", "increase", "max", "on", "rate", "sum"}
)
every_alert = pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert["alert"])


@pytest.fixture(scope="module")
def exposed() -> set[str]:
    """Every name that a scrape can have; the index's only where there is one."""
    names = {"union_index_info", "union_index_built_timestamp_seconds"}
    families = [*metrics.REGISTRY.collect(), *StateCollector(State(), Path("none")).collect()]
    for family in families:
        suffixes = {"counter": ["_total"], "histogram": ["_bucket", "_count", "_sum"]}
        names |= {family.name + suffix for suffix in suffixes.get(family.type, [""])}
    return names


@every_alert
def test_metrics_exist(alert: dict[str, Any], exposed: set[str]) -> None:
    outside_of_labels = re.sub(r"\{[^}]*\}|\"[^\"]*\"", "", alert["expr"])
    outside_of_labels = re.sub(r"\bby \([^)]*\)", "", outside_of_labels)
    named = set(re.findall(r"[a-z_]{2,}[a-z0-9_]*", outside_of_labels)) - WORDS_OF_PROMQL
    assert named
    assert named <= exposed | NOT_OURS


@every_alert
def test_values_of_labels_exist(alert: dict[str, Any]) -> None:
    known = {
        *TurnOutcome,
        *PlatformOutcome,
        *ErrorCode,
        "1",
        "dead",
        "held",
        "5.0",
        "union-gateway",
    }
    for values in re.findall(r"\w+=~?\"([^\"]*)\"", alert["expr"]):
        assert set(values.split("|")) <= known


@every_alert
def test_it_says_how_urgent_it_is_and_what_to_do(alert: dict[str, Any]) -> None:
    assert alert["labels"]["severity"] in {"page", "ticket"}
    file, _, anchor = alert["annotations"]["runbook"].partition("#")
    assert file == "docs/operations.md"
    headings = re.findall(r"^#+ (.*)$", OPERATIONS, flags=re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    assert anchor in anchors
    assert alert["annotations"]["summary"]


def test_shared_figures_are_not_added_up_over_gateways() -> None:
    shared = {family.name for family in StateCollector(State(), Path("none")).collect()}
    for alert in ALERTS:
        for name in shared:
            assert not re.search(rf"\bsum\b[^)]*\b{name}\b", alert["expr"]), alert["alert"]


def test_names_are_not_twice() -> None:
    names = [alert["alert"] for alert in ALERTS]
    assert len(set(names)) == len(names)


def test_the_index_is_told(tmp_path: Path) -> None:
    """Without a readable manifest there is nothing to tell, and no error either."""
    write_pointer(tmp_path, Pointer(in_use="v1"))
    (tmp_path / "v1").mkdir()
    names = {family.name for family in StateCollector(None, tmp_path).collect()}
    assert names == {"union_database_up"}


def test_promtool_agrees() -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("NOT CHECKED: promtool is not installed, so the alerts' own tests did not run")
    for arguments in (
        ["check", "rules", "alerts.yml"],
        ["check", "config", "prometheus.yml"],
        ["test", "rules", "alerts_test.yml"],
    ):
        done = subprocess.run(
            [promtool, *arguments], cwd=PROMETHEUS, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
