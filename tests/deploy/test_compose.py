"""The compose file, without Docker."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from actions.settings import ActionServerSettings
from api.settings import Settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
ONE_SHOT = {"migrate", "index", "backup", "doctor"}
PRIVATE = {"rasa", "actions", "postgres", "redis"}
OF_OTHERS = {
    "UNION_RASA_HOST", "UNION_RASA_PORT", "UNION_RASA_TRACKER_DB", "UNION_EMBEDDING_MODEL",
    "UNION_BACKUP_DIR", "UNION_BACKUP_PASSPHRASE",
}  # fmt: skip
OWN_USER = 10001
OF_IMAGES = {"postgres": 999}
"""Users of images that are not ours, by the name that ``user`` gives."""

every_service = pytest.mark.parametrize("name", SERVICES)


@every_service
def test_no_service_can_change_itself_or_gain_rights(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service
    assert not any("docker.sock" in volume for volume in service.get("volumes", []))


@every_service
def test_images_are_pinned(name: str) -> None:
    image = SERVICES[name]["image"]
    assert re.search(r":\d+\.\d+", image), image


@every_service
def test_what_runs_on_is_watched_and_bounded(name: str) -> None:
    service = SERVICES[name]
    if name in ONE_SHOT:
        assert service["restart"] == "no"
        return
    assert service["restart"] == "unless-stopped"
    assert {"test", "interval", "timeout", "retries"} <= set(service["healthcheck"])
    assert "mem_limit" in service


@every_service
def test_what_it_depends_on_is_there(name: str) -> None:
    for other, how in SERVICES[name].get("depends_on", {}).items():
        assert other in SERVICES
        is_done = how["condition"] == "service_completed_successfully"
        assert is_done == (other in ONE_SHOT)


@every_service
def test_secrets_are_files_and_are_given(name: str) -> None:
    service = SERVICES[name]
    given = set(service.get("secrets", []))
    assert given <= set(COMPOSE["secrets"])
    for variable, value in service.get("environment", {}).items():
        if variable.endswith("_FILE"):
            assert value.startswith("/run/secrets/")
            assert value.rpartition("/")[2] in given, variable
        else:
            assert not re.search(r"SECRET|KEY|PASSWORD|PASSPHRASE|TOKEN", variable), variable


@every_service
def test_settings_exist(name: str) -> None:
    known = {f"UNION_{field.upper()}" for field in Settings.model_fields} | OF_OTHERS
    known |= {f"UNION_{field.upper()}" for field in ActionServerSettings.model_fields}
    variables = {each.removesuffix("_FILE") for each in SERVICES[name].get("environment", {})}
    assert {each for each in variables if each.startswith("UNION_")} <= known


@every_service
def test_mounts_and_builds_are_there(name: str) -> None:
    service = SERVICES[name]
    if "build" in service:
        assert (DEPLOY / service["build"]["context"] / service["build"]["dockerfile"]).is_file()
    for volume in service.get("volumes", []):
        source = volume.split(":")[0]
        if not source.startswith("."):
            assert source in COMPOSE["volumes"]
        elif Path(source).suffix:
            assert (DEPLOY / source).is_file(), source


def test_only_the_proxy_can_be_reached() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    assert SERVICES["proxy"]["networks"] == ["edge"]
    internal = {name for name, network in COMPOSE["networks"].items() if network.get("internal")}
    for name in PRIVATE:
        assert set(SERVICES[name]["networks"]) <= internal, name


def test_the_proxy_is_the_one_that_is_trusted() -> None:
    (subnet,) = COMPOSE["networks"]["edge"]["ipam"]["config"]
    assert SERVICES["gateway"]["environment"]["UNION_TRUSTED_PROXIES"] == subnet["subnet"]


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """``make-secrets.sh`` beside an empty folder for what it makes."""
    if shutil.which("openssl") is None:
        pytest.skip("NOT CHECKED: openssl is not installed, so no secret was made")
    (tmp_path / "docker").mkdir()
    (tmp_path / "secrets").mkdir()
    return Path(shutil.copy(DEPLOY / "docker" / "make-secrets.sh", tmp_path / "docker"))


def test_who_reads_a_secret_owns_it(script: Path, tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("NOT CHECKED: only root gives files to the containers' users")
    # Compose mounts the file itself, with its owner and mode.
    subprocess.run(["sh", script], check=True)
    for service in SERVICES.values():
        user = OF_IMAGES.get(service.get("user"), OWN_USER)
        for name in service.get("secrets", []):
            assert (tmp_path / "secrets" / name).stat().st_uid == user, name


def test_the_secrets_can_be_made(script: Path, tmp_path: Path) -> None:
    subprocess.run(["sh", script], check=True)
    made = {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()}
    assert set(made) == set(COMPOSE["secrets"])
    assert len(set(made.values())) == len(made)
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in (tmp_path / "secrets").iterdir())
    Settings(
        env="production",
        **{
            name: made[name]
            for name in (
                "secret_key",
                "rasa_secret",
                "member_keys",
                "member_lookup_secret",
                "database_url",
            )
        },
    )
    subprocess.run(["sh", script], check=True)
    assert made == {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()}


def test_no_secret_is_in_the_repository() -> None:
    ignore = (DEPLOY / "secrets" / ".gitignore").read_text().split()
    assert "*" in ignore
    for folder, _, files in os.walk(DEPLOY):
        if Path(folder) == DEPLOY / "secrets":
            continue
        for name in files:
            text = (Path(folder) / name).read_text(encoding="utf-8")
            assert not re.search(r"\b[0-9a-f]{32,}\b|-----BEGIN", text), name
