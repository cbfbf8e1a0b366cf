"""What the inbox is sent, as JSON."""

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api.inbox.canned_replies import SHORTCUT_MAX_CHARS, TEXT_MAX_CHARS, TITLE_MAX_CHARS
from api.inbox.cards import REASON_MAX_CHARS
from api.inbox.colleagues import CAPACITY_AT_MOST
from api.inbox.drafts import MAX_CHARS
from api.inbox.labels import NAME_MAX_CHARS, Colour
from api.storage.models import Role


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class LabelRequest(_Request):
    """A new label."""

    name: str = Field(min_length=1, max_length=NAME_MAX_CHARS)
    colour: Colour = Colour.GREY


class CannedReplyRequest(_Request):
    """A canned reply; its text may hold {姓名} {会话} {坐席} {单位}."""

    shortcut: str = Field(min_length=1, max_length=SHORTCUT_MAX_CHARS)
    title: str = Field(min_length=1, max_length=TITLE_MAX_CHARS)
    text: str = Field(min_length=1, max_length=TEXT_MAX_CHARS)


class CannedReplyChange(CannedReplyRequest):
    """``version``: the one that was read and is changed."""

    version: int


class DraftRequest(_Request):
    """What is typed so far; an empty text forgets the draft."""

    text: str = Field(max_length=MAX_CHARS)


class SnoozeRequest(_Request):
    """Until when; null takes the case up again."""

    until: AwareDatetime | None


class RoleTransferRequest(_Request):
    """To whom: whoever of this role takes it."""

    role: Role


class SeenRequest(_Request):
    """Up to which message the case was read."""

    message_id: str = Field(max_length=26)


class UnmaskRequest(_Request):
    """Why the numbers are needed; the audit keeps it."""

    reason: str = Field(min_length=1, max_length=REASON_MAX_CHARS)


class CapacityRequest(_Request):
    """How many cases at a time; null: as many as one takes."""

    capacity: int | None = Field(ge=0, le=CAPACITY_AT_MOST)
