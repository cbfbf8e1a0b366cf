from string import Formatter

import yaml

from api.channels.wechat.simulator.screen import By
from api.channels.wechat.simulator.texts import FILE, simulator_texts


def test_no_text_is_missing() -> None:
    assert set(simulator_texts().by) == set(By)


def test_what_is_filled_in_has_a_name() -> None:
    def texts_in(value: object) -> list[str]:
        if isinstance(value, dict):
            return [text for each in value.values() for text in texts_in(each)]
        return [str(value)]

    for text in texts_in(yaml.safe_load(FILE.read_text(encoding="utf-8"))):
        names = [name for _, name, _, _ in Formatter().parse(text) if name is not None]
        assert all(name.isidentifier() for name in names), text
