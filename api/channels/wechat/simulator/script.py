"""Scripts: what a follower and a colleague do, and what is to be seen then, as YAML.

title: 问一句
steps:
  - say: 医疗互助怎么申请
  - wait_for: {contains: 互助, within: 10}
  - expect: {faults: 0}
"""

from pathlib import Path
from typing import Final, Self, get_args

import yaml
from pydantic import Field, ValidationError

from api.channels.wechat.simulator.steps import AnyStep, Model, Step

SCRIPTS: Final = Path(__file__).with_name("scripts")
"""Scripts that show the channel."""


class ScriptError(Exception):
    """A script cannot be read; the message says where and why."""


_STEPS: Final[dict[str, type[AnyStep]]] = {
    next(name for name in model.model_fields if name != "note"): model for model in get_args(Step)
}


class Script(Model):
    """Steps in their order. ``folder``: where files that they name lie."""

    title: str
    steps: tuple[Step, ...] = Field(min_length=1)
    folder: Path = Path()

    @classmethod
    def load(cls, path: Path) -> Self:
        """Raises ``ScriptError``."""
        try:
            read = yaml.safe_load(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            raise ScriptError(str(error)) from None
        if not isinstance(read, dict) or not isinstance(read.get("steps"), list):
            raise ScriptError("title and steps")
        steps = tuple(_step(number, raw) for number, raw in enumerate(read["steps"], 1))
        try:
            return cls.model_validate({**read, "steps": steps, "folder": path.parent})
        except ValidationError as error:
            raise ScriptError(_first(error)) from None


def _step(number: int, raw: object) -> AnyStep:
    keys = [key for key in raw if key != "note"] if isinstance(raw, dict) else []
    if len(keys) != 1 or keys[0] not in _STEPS:
        raise ScriptError(f"step {number}: one of {', '.join(_STEPS)}")
    try:
        return _STEPS[keys[0]].model_validate(raw)
    except ValidationError as error:
        raise ScriptError(f"step {number}: {_first(error)}") from None


def _first(error: ValidationError) -> str:
    problem = error.errors(include_url=False)[0]
    return f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}"
