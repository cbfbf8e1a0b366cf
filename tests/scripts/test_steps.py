import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from scripts.steps import Command, Step, StepFailed, StepRunner


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one input."""
    directory = tmp_path / "repository"
    directory.mkdir()
    (directory / "input.txt").write_text("one", encoding="utf-8")
    monkeypatch.setattr("scripts.steps.ROOT", directory)
    return directory


@pytest.fixture
def runner(tmp_path: Path) -> StepRunner:
    return StepRunner(tmp_path / "state", tmp_path / "log")


def python(code: str, *arguments: str | Path, directory: Path | None = None) -> Command:
    program: Sequence[str | Path] = [sys.executable, "-c", code, *arguments]
    return Command(lambda: program, directory=directory or Path.cwd())


APPEND = "import sys; open(sys.argv[1], 'a').write('x')"


def step(root: Path, *commands: Command) -> Step:
    """Return a step that counts its runs in the output file."""
    output = root.parent / "output"
    return Step(
        name="the thing",
        inputs=["*.txt", "data/**/*"],
        outputs=[output],
        commands=commands or [python(APPEND, output)],
        hint="Do this and that.",
    )


def runs(root: Path) -> int:
    return len((root.parent / "output").read_text(encoding="utf-8"))


def test_it_runs_once_and_then_is_up_to_date(
    root: Path, runner: StepRunner, capsys: pytest.CaptureFixture[str]
) -> None:
    assert runner.run(step(root)) is True
    assert "[done] the thing" in capsys.readouterr().err
    assert runner.run(step(root)) is False
    assert "[ok]   the thing: up to date" in capsys.readouterr().err
    assert runs(root) == 1


def test_what_was_made_is_remembered_between_starts(root: Path, tmp_path: Path) -> None:
    assert StepRunner(tmp_path / "state", tmp_path / "log").run(step(root)) is True
    assert StepRunner(tmp_path / "state", tmp_path / "log").run(step(root)) is False


def test_a_new_date_changes_nothing(root: Path, runner: StepRunner) -> None:
    runner.run(step(root))
    os.utime(root / "input.txt", (1, 1))
    assert runner.run(step(root)) is False


def test_other_content_runs_it_again_even_with_the_old_date(root: Path, runner: StepRunner) -> None:
    source = root / "input.txt"
    runner.run(step(root))
    before = source.stat().st_mtime_ns
    source.write_text("two", encoding="utf-8")
    os.utime(source, ns=(before, before))
    assert runner.run(step(root)) is True
    assert runs(root) == 2


def test_a_new_a_renamed_and_a_removed_file_count(root: Path, runner: StepRunner) -> None:
    runner.run(step(root))
    (root / "data" / "deep").mkdir(parents=True)
    assert runner.run(step(root)) is False
    (root / "data" / "deep" / "new").write_text("", encoding="utf-8")
    assert runner.run(step(root)) is True
    (root / "data" / "deep" / "new").rename(root / "data" / "deep" / "newer")
    assert runner.run(step(root)) is True
    (root / "data" / "deep" / "newer").unlink()
    assert runner.run(step(root)) is True


def test_compiled_python_does_not_count(root: Path, runner: StepRunner) -> None:
    runner.run(step(root))
    (root / "data" / "__pycache__").mkdir(parents=True)
    (root / "data" / "__pycache__" / "a.pyc").write_bytes(b"x")
    assert runner.run(step(root)) is False


def test_also_counts(root: Path, runner: StepRunner) -> None:
    runner.run(step(root))
    assert runner.run(replace(step(root), also="another model")) is True


def test_a_missing_output_runs_it_again(root: Path, runner: StepRunner) -> None:
    runner.run(step(root))
    (root.parent / "output").unlink()
    assert runner.run(step(root)) is True


def test_a_failing_command_says_which_why_and_what_to_do(
    root: Path, runner: StepRunner, tmp_path: Path
) -> None:
    failing = python("import sys; print('disk is full'); sys.exit(3)")
    with pytest.raises(StepFailed) as caught:
        runner.run(step(root, failing))
    message = str(caught.value)
    log = tmp_path / "log" / "setup-the-thing.log"
    assert message.startswith("step 'the thing' failed: ")
    assert "ended with status 3" in message
    assert "    disk is full" in message
    assert f"whole log: {log}" in message
    assert message.endswith("Do this and that.")
    assert "disk is full" in log.read_text(encoding="utf-8")


def test_only_the_end_of_a_long_log_is_shown(root: Path, runner: StepRunner) -> None:
    failing = python("import sys; [print(f'line {n}.') for n in range(200)]; sys.exit(1)")
    with pytest.raises(StepFailed) as caught:
        runner.run(step(root, failing))
    assert "line 199." in str(caught.value)
    assert "line 100." not in str(caught.value)


def test_after_a_failure_the_following_commands_do_not_run(root: Path, runner: StepRunner) -> None:
    output = root.parent / "output"
    with pytest.raises(StepFailed):
        runner.run(step(root, python("raise SystemExit(1)"), python(APPEND, output)))
    assert not output.exists()


def test_a_failed_step_runs_again(root: Path, runner: StepRunner) -> None:
    with pytest.raises(StepFailed):
        runner.run(step(root, python("raise SystemExit(1)")))
    assert runner.run(step(root)) is True


def test_half_an_update_is_not_taken_for_the_old_state(root: Path, runner: StepRunner) -> None:
    runner.run(step(root))
    (root / "input.txt").write_text("two", encoding="utf-8")
    with pytest.raises(StepFailed):
        runner.run(step(root, python("raise SystemExit(1)")))
    (root / "input.txt").write_text("one", encoding="utf-8")
    assert runner.run(step(root)) is True


def test_an_output_that_does_not_appear_is_a_failure(root: Path, runner: StepRunner) -> None:
    with pytest.raises(StepFailed, match=r"it did not make .*output"):
        runner.run(step(root, python("pass")))
    assert runner.run(step(root)) is True


def test_a_program_that_is_not_there_is_a_failure_with_help(root: Path, runner: StepRunner) -> None:
    missing = root / "bin" / "python"
    with pytest.raises(StepFailed) as caught:
        runner.run(step(root, Command(lambda: [missing, "-V"], directory=root)))
    assert str(missing) in str(caught.value)
    assert str(caught.value).endswith("Do this and that.")


def test_a_command_runs_in_its_directory(root: Path, runner: StepRunner) -> None:
    command = python("open('../output', 'a').write('x')", directory=root)
    assert runner.run(step(root, command)) is True


def test_arguments_are_made_when_the_command_runs(root: Path, runner: StepRunner) -> None:
    output = root.parent / "output"
    first = python("open('made', 'w')", directory=root)

    def late() -> Sequence[str | Path]:
        assert (root / "made").exists()
        return [sys.executable, "-c", APPEND, output]

    assert runner.run(step(root, first, Command(late, directory=root))) is True
