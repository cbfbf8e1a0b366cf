"""What the images are made of, as far as it can be told without building them."""

import fnmatch
import importlib.util
import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
DOCKERFILES = ["Dockerfile.app", "Dockerfile.bot"]


def instructions(name: str) -> list[tuple[str, str]]:
    text = (DEPLOY / name).read_text(encoding="utf-8")
    text = re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", " ")
    return [
        (line.split(" ", 1)[0], line.split(" ", 1)[1].strip())
        for line in text.split("\n")
        if line.strip()
    ]


def stage(name: str, number: int) -> list[tuple[str, str]]:
    stages: list[list[tuple[str, str]]] = []
    for instruction in instructions(name):
        if instruction[0] == "FROM":
            stages.append([])
        stages[-1].append(instruction)
    return stages[number]


def copied(name: str) -> list[str]:
    sources: list[str] = []
    for instruction, value in instructions(name):
        words = [word for word in value.split() if not word.startswith("--")]
        if instruction == "COPY" and "--from=" not in value:
            sources += words[:-1]
    return sources


@pytest.mark.parametrize("name", DOCKERFILES)
def test_the_base_is_one_version_for_both_stages(name: str) -> None:
    bases = {value.split()[0] for instruction, value in instructions(name) if instruction == "FROM"}
    # The dialogue server's model to read with is made in the other image.
    (base,) = bases - {"union-app"}
    assert re.fullmatch(r"python:3\.\d+\.\d+-slim-bookworm", base)


def test_rasa_has_the_python_that_it_needs() -> None:
    assert all("python:3.10." in stage("Dockerfile.bot", number)[0][1] for number in (1, 2))


@pytest.mark.parametrize("name", DOCKERFILES)
def test_everything_that_is_copied_is_there_and_not_ignored(name: str) -> None:
    rules = [
        line.strip()
        for line in (DEPLOY / f"{name}.dockerignore").read_text(encoding="utf-8").splitlines()
        if line.strip() and not line.startswith("#")
    ]
    assert rules[0] == "*", "what is not named stays out"
    allowed = [rule[1:] for rule in rules if rule.startswith("!")]
    for source in copied(name):
        assert (ROOT / source).exists(), source
        assert any(source == rule or source.startswith(f"{rule}/") for rule in allowed), source


@pytest.mark.parametrize("name", DOCKERFILES)
@pytest.mark.parametrize("private", ["bot/.venv/bin/python", "api/.env", "bot/models/union.tar.gz"])
def test_what_is_made_here_stays_out(name: str, private: str) -> None:
    rules = (DEPLOY / f"{name}.dockerignore").read_text(encoding="utf-8").split()
    is_out = True
    for rule in (rule for rule in rules if rule[0] not in "#"):
        pattern = rule.removeprefix("!").replace("**/", "*/")
        if fnmatch.fnmatch(private, pattern) or private.startswith(f"{pattern}/"):
            is_out = not rule.startswith("!")
    assert is_out


@pytest.mark.parametrize("name", DOCKERFILES)
def test_the_last_stage_runs_as_nobody_and_cannot_change_itself(name: str) -> None:
    final = stage(name, -1)
    users = [value for instruction, value in final if instruction == "USER"]
    assert users == ["10001:10001"]
    program = [
        value for instruction, value in final if instruction == "COPY" and "--from=build" in value
    ]
    assert program
    assert not any("--chown" in value for value in program)
    assert not any("build-essential" in value for _, value in final)


@pytest.mark.parametrize("name", DOCKERFILES)
def test_dependencies_come_with_their_hashes(name: str) -> None:
    installs = [value for _, value in instructions(name) if "pip install" in value]
    assert installs
    assert all("--require-hashes --no-deps" in value for value in installs)


def test_the_user_of_the_image_can_read_the_encoder() -> None:
    # safetensors writes weights with mode 0600, and the build runs as root.
    (unpack,) = [value for _, value in stage("Dockerfile.app", 0) if "unpack-model" in value]
    assert "chmod -R a+rX prepared" in unpack.partition("unpack-model")[2]


def test_the_programs_that_are_started_exist() -> None:
    (command,) = [v for i, v in stage("Dockerfile.app", -1) if i == "CMD"]
    assert command == '["python", "-m", "api", "serve"]'
    assert importlib.util.find_spec("api.__main__")
    (command,) = [v for i, v in stage("Dockerfile.bot", -1) if i == "CMD"]
    assert command == '["python", "start.py"]'
    assert (ROOT / "bot" / "start.py").is_file()


def entrypoint(
    tmp_path: Path, *command: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", DEPLOY / "docker" / "entrypoint.sh", *command],
        env={"PATH": os.environ["PATH"], **environment},
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )


def test_secrets_are_read_from_files(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("s'e$c r`et\n")
    done = entrypoint(
        tmp_path,
        "env",
        UNION_SECRET_KEY_FILE=str(secret),
        UNION_PORT="8000",
        OTHER_FILE="/untouched",
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert "UNION_SECRET_KEY=s'e$c r`et" in lines
    assert {"UNION_PORT=8000", "OTHER_FILE=/untouched"} <= set(lines)
    assert not any(line.startswith("UNION_SECRET_KEY_FILE") for line in lines)


def test_a_missing_secret_stops_the_start(tmp_path: Path) -> None:
    done = entrypoint(tmp_path, "env", UNION_SECRET_KEY_FILE=str(tmp_path / "none"))
    assert done.returncode == 1
    assert "UNION_SECRET_KEY_FILE" in done.stderr
    assert done.stdout == ""


def test_the_command_takes_the_place_of_the_shell(tmp_path: Path) -> None:
    done = entrypoint(tmp_path, "sh", "-c", "exit 7")
    assert done.returncode == 7


@pytest.mark.parametrize(
    "script", sorted((DEPLOY / "docker").glob("*.sh")), ids=lambda path: path.name
)
def test_scripts_are_sound(script: Path) -> None:
    assert os.access(script, os.X_OK)
    subprocess.run(["sh", "-n", script], check=True)
    assert shlex.split(script.read_text().splitlines()[0]) == ["#!/bin/sh"]
