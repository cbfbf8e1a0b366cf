from pathlib import Path

import pytest

from api.channels.wechat.simulator import Code
from api.channels.wechat.simulator.script import SCRIPTS, Script, ScriptError
from api.channels.wechat.simulator.steps import Fail, Image, Say, Subscribe

OURS = sorted(SCRIPTS.glob("*.yml"))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "script.yml"


def load(file: Path, text: str) -> Script:
    file.write_text(text, encoding="utf-8")
    return Script.load(file)


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.stem)
def test_the_scripts_of_the_package_can_be_played(path: Path) -> None:
    assert Script.load(path).steps


def test_there_is_a_script_for_each_scene() -> None:
    assert [path.stem for path in OURS] == ["closed_window", "handoff", "normal", "slow"]


def test_a_step_is_known_by_its_key(file: Path) -> None:
    script = load(
        file,
        "title: 试\nsteps:\n- say: 您好\n  note: 问好\n- subscribe:\n"
        "- fail: {code: 45047, times: 2}\n- image: a.jpg\n",
    )
    assert script.title == "试"
    say, subscribe, fail, image = script.steps
    assert say == Say(say="您好", note="问好")
    assert subscribe == Subscribe(subscribe=None)
    assert isinstance(fail, Fail)
    assert (fail.fail.code, fail.fail.times) == (Code.QUOTA_USED, 2)
    assert isinstance(image, Image)
    assert script.folder == file.parent


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("steps: [", "flow"),
        ("[]", "title and steps"),
        ("title: a\nsteps: []", "steps"),
        ("steps: [say: a]", "title"),
        ("title: a\nsteps: [sing: a]", "step 1: one of say"),
        ("title: a\nsteps: [{say: a, tap: 1}]", "step 1: one of say"),
        ("title: a\nsteps: [say: [a]]", "step 1: say"),
        ("title: a\nsteps: [expect: {answer: 1}]", "step 1: expect.answer"),
        ("title: a\nsteps: [a]", "step 1"),
    ],
)
def test_a_mistake_is_named(file: Path, text: str, reason: str) -> None:
    with pytest.raises(ScriptError, match=reason):
        load(file, text)


def test_a_file_that_is_not_there_is_a_mistake(file: Path) -> None:
    with pytest.raises(ScriptError, match="No such file"):
        Script.load(file)
