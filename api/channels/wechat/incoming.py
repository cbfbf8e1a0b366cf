"""What the platform delivers: messages of followers, and events.

https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Receiving_standard_messages.html
https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Receiving_event_pushes.html
"""

import hashlib
from collections.abc import Mapping
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
)

from api.channels.wechat.failures import MalformedMessageError
from api.channels.wechat.fields import (
    AccountId,
    IsShort,
    Key,
    Line,
    LongText,
    MediaId,
    MsgId,
    Name,
    OptionalKey,
    OptionalText,
    UnixSeconds,
    Url,
)

DEDUPE_KEY_CHARS: Final = 255
"""The longest ``dedupe_key``."""
_SCENE_PREFIX = "qrscene_"


class _Delivered(BaseModel):
    """``to_user``: the account's original ID. ``openid``: the follower's. ``sent_at``: Unix time
    in seconds."""

    model_config = ConfigDict(
        frozen=True,
        allow_inf_nan=False,
        hide_input_in_errors=True,
        validate_by_alias=True,
        validate_by_name=True,
    )

    to_user: AccountId = Field(validation_alias="ToUserName")
    openid: AccountId = Field(validation_alias="FromUserName")
    sent_at: UnixSeconds = Field(validation_alias="CreateTime")


class _Message(_Delivered):
    msg_id: MsgId = Field(validation_alias="MsgId")

    @property
    def dedupe_key(self) -> str:
        """The same for every delivery of this message, and for no other."""
        return f"msg:{self.msg_id}"


class Text(_Message):
    """``menu_id``: the id of the option that was tapped in a menu message."""

    kind: Literal["text"] = "text"
    content: LongText = Field(validation_alias="Content")
    menu_id: OptionalKey = Field(None, validation_alias="bizmsgmenuid")


class Image(_Message):
    """``url``: where the platform shows it; to be fetched by ``media_id``."""

    kind: Literal["image"] = "image"
    media_id: MediaId = Field(validation_alias="MediaId")
    url: Url = Field("", validation_alias="PicUrl")


class Voice(_Message):
    """``recognition``: what the platform heard, where it still says so."""

    kind: Literal["voice"] = "voice"
    media_id: MediaId = Field(validation_alias="MediaId")
    format: Name = Field(validation_alias="Format")
    recognition: OptionalText = Field(None, validation_alias="Recognition")


class Video(_Message):
    """``short``: taken in the chat (``shortvideo``)."""

    kind: Literal["video"] = "video"
    media_id: MediaId = Field(validation_alias="MediaId")
    short: IsShort = Field(validation_alias="MsgType")


class Location(_Message):
    """A place that the follower chose; degrees."""

    kind: Literal["location"] = "location"
    latitude: float = Field(validation_alias="Location_X", ge=-90, le=90)
    longitude: float = Field(validation_alias="Location_Y", ge=-180, le=180)
    label: Line = Field("", validation_alias="Label")


class Link(_Message):
    """A page that the follower passed on."""

    kind: Literal["link"] = "link"
    title: Line = Field(validation_alias="Title")
    description: Line = Field("", validation_alias="Description")
    url: Url = Field(validation_alias="Url")


class OtherMessage(_Message):
    """A message of a type that has no class here."""

    kind: Literal["other_message"] = "other_message"
    msg_type: Name = Field(validation_alias="MsgType")


class _Event(_Delivered):
    @property
    def dedupe_key(self) -> str:
        """The same for every delivery of this event: follower, time, event, and key if any."""
        name, key = self._name_and_key()
        whose = f"event:{self.openid}:{self.sent_at}:"
        what = f"{name}:{key}" if key else name
        if len(whose) + len(what) > DEDUPE_KEY_CHARS:
            what = hashlib.sha256(what.encode()).hexdigest()
        return whose + what

    def _name_and_key(self) -> tuple[str, str | None]:
        raise NotImplementedError


class Subscribe(_Event):
    """``scene``: of the QR code through which the follower came."""

    kind: Literal["subscribe"] = "subscribe"
    scene: OptionalKey = Field(None, validation_alias="EventKey")

    def _name_and_key(self) -> tuple[str, str | None]:
        return "subscribe", self.scene


class Unsubscribe(_Event):
    """The follower has left."""

    kind: Literal["unsubscribe"] = "unsubscribe"

    def _name_and_key(self) -> tuple[str, str | None]:
        return "unsubscribe", None


class Scan(_Event):
    """``scene``: of the QR code that somebody scanned who is a follower already."""

    kind: Literal["scan"] = "scan"
    scene: Key = Field(validation_alias="EventKey")

    def _name_and_key(self) -> tuple[str, str | None]:
        return "SCAN", self.scene


class Click(_Event):
    """``key``: of the item in the custom menu."""

    kind: Literal["click"] = "click"
    key: Key = Field(validation_alias="EventKey")

    def _name_and_key(self) -> tuple[str, str | None]:
        return "CLICK", self.key


class View(_Event):
    """``url``: where an item of the custom menu has led."""

    kind: Literal["view"] = "view"
    url: Url = Field("", validation_alias="EventKey")

    def _name_and_key(self) -> tuple[str, str | None]:
        return "VIEW", self.url


class OtherEvent(_Event):
    """An event that has no class here."""

    kind: Literal["other_event"] = "other_event"
    event: Name = Field(validation_alias="Event")

    def _name_and_key(self) -> tuple[str, str | None]:
        return self.event, None


Incoming: TypeAlias = (
    Text
    | Image
    | Voice
    | Video
    | Location
    | Link
    | OtherMessage
    | Subscribe
    | Unsubscribe
    | Scan
    | Click
    | View
    | OtherEvent
)
INCOMING: Final[TypeAdapter[Incoming]] = TypeAdapter(
    Annotated[Incoming, Field(discriminator="kind")]
)
"""Reads what ``model_dump`` wrote."""

_MESSAGES: Mapping[str, type[Incoming]] = {
    "text": Text,
    "image": Image,
    "voice": Voice,
    "video": Video,
    "shortvideo": Video,
    "location": Location,
    "link": Link,
}
# Written as the platform writes them.
_EVENTS: Mapping[str, type[Incoming]] = {
    "subscribe": Subscribe,
    "unsubscribe": Unsubscribe,
    "SCAN": Scan,
    "CLICK": Click,
    "VIEW": View,
}


def read(fields: Mapping[str, str]) -> Incoming:
    """The message or event in the fields of a delivery.

    Raises ``MalformedMessageError`` when a field is missing or holds what it cannot; its reason
    names the field.
    """
    # A field of our own name would decide the class.
    values = {name: value for name, value in fields.items() if name != "kind"}
    try:
        return _class_of(values).model_validate(values, by_alias=True, by_name=False)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        what = "missing" if first["type"] == "missing" else "bad"
        raise MalformedMessageError(f"{what}_{first['loc'][0]}") from None


def _class_of(values: dict[str, str]) -> type[Incoming]:
    message_type = values.get("MsgType")
    if message_type != "event":
        return _MESSAGES.get(message_type or "", OtherMessage)
    event = values.get("Event", "")
    if event == "subscribe":
        # Other keys say that the follower came from a payment or an advertisement.
        key = values.pop("EventKey", "")
        if key.startswith(_SCENE_PREFIX):
            values["EventKey"] = key.removeprefix(_SCENE_PREFIX)
    return _EVENTS.get(event, OtherEvent)
