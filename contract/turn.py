"""What the gateway channel of the dialogue server answers for one message (design §4.2)."""

from typing import Annotated

from pydantic import ConfigDict, Field, JsonValue

from contract.base import ContractModel
from contract.reply import Reply


class RecognisedIntent(ContractModel):
    """The intent the dialogue server understood."""

    name: str | None
    confidence: Annotated[float, Field(ge=0, le=1)]


class BotTurn(ContractModel):
    """All the dialogue server says about one message; unknown keys are tolerated because the
    dialogue server lives in another environment and is upgraded on its own."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    replies: list[Reply]
    intent: RecognisedIntent
    entities: list[dict[str, JsonValue]] = Field(default_factory=list)
    slots: dict[str, JsonValue] = Field(default_factory=dict)
    active_form: str | None = None
