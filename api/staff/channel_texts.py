"""The Chinese texts about a worker's channel, from ``channel_texts.yml``."""

from functools import cache
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, StringConstraints

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


class _Texts(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class WechatTexts(_Texts):
    """What becomes of a reply by WeChat; ``phone_*`` stand behind what cannot be sent now.

    ``send_now`` has ``{left}``: how many messages can still be sent.
    """

    send_now: Text
    next_contact: Text
    phone: Text
    phone_known: Text
    phone_unknown: Text


class ChannelTexts(_Texts):
    """Everything in ``channel_texts.yml``."""

    wechat: WechatTexts


@cache
def channel_texts() -> ChannelTexts:
    """Texts of ``channel_texts.yml``. Raises ``pydantic.ValidationError`` if one is missing."""
    path = Path(__file__).with_name("channel_texts.yml")
    return ChannelTexts.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
