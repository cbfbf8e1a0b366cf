"""The steps of scripts; each is known by its one key."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from api.channels.wechat.simulator.codes import Code
from api.channels.wechat.simulator.screen import By


class Model(BaseModel):
    """Frozen, and nothing beside the fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class AnyStep(Model):
    """``note``: for whoever reads the script or its record."""

    note: str | None = None


class Say(AnyStep):
    """The follower writes."""

    say: str


class Tap(AnyStep):
    """Taps a link: its number in the newest message that has any, its text or its menu id."""

    tap: int | str


class Click(AnyStep):
    """Taps an entry of the menu, by its key."""

    click: str


class Scan(AnyStep):
    """Scans a code of the account."""

    scan: str


class Subscribe(AnyStep):
    """Follows the account, perhaps by the code of a scene."""

    subscribe: str | None


class Unsubscribe(AnyStep):
    """Follows the account no more."""

    unsubscribe: None


class Image(AnyStep):
    """Sends a picture, a file beside the script."""

    image: Path


class Voice(AnyStep):
    """Speaks; the words if the platform recognises them."""

    voice: str | None


class Hours(AnyStep):
    """Moves the platform's clock on."""

    hours: float = Field(gt=0)


class Slow(AnyStep):
    """Seconds that the network needs from now on, for calls and for answers."""

    slow: float = Field(ge=0)


class LoseAnswers(AnyStep):
    """So many of the gateway's next answers get lost on their way."""

    lose_answers: int = Field(ge=1)


class Failure(Model):
    """An error code for the next calls of the API."""

    code: Code
    times: int = Field(default=1, ge=1)
    path: str | None = None


class Fail(AnyStep):
    """The platform answers calls with an error code."""

    fail: Failure


class ExpireTokens(AnyStep):
    """Ends all access tokens now."""

    expire_tokens: None


class Pause(AnyStep):
    """Waits, in seconds, so that nothing more can be on its way."""

    pause: float = Field(gt=0)


class StaffClaims(AnyStep):
    """A colleague takes the newest case that came by WeChat."""

    staff_claims: None


class StaffSays(AnyStep):
    """The colleague writes to the worker."""

    staff_says: str


class StaffResolves(AnyStep):
    """The colleague finishes the case, with its outcome."""

    staff_resolves: str


class Awaited(Model):
    """A message on the screen, or with ``refused`` the platform's refusal of a call; ``within``
    seconds, since the follower or the colleague last did something."""

    contains: str | None = None
    by: By | None = None
    refused: Code | None = None
    within: float = Field(default=20, gt=0)


class WaitFor(AnyStep):
    """Goes on once it is there."""

    wait_for: Awaited


class Expected(Model):
    """What has been seen since the follower or the colleague last did something.

    ``answers``: messages of the account; ``faults``: of the platform about it; ``repeats``:
    messages that say what another one said. ``deliveries``: how often the platform delivered what
    the follower did last. ``by``: how every answer came.
    """

    answers: int | None = None
    faults: int | None = None
    repeats: int | None = None
    deliveries: int | None = None
    contains: str | None = None
    lacks: str | None = None
    by: By | None = None


class Expect(AnyStep):
    """Looks at once."""

    expect: Expected


Step = (
    Say
    | Tap
    | Click
    | Scan
    | Subscribe
    | Unsubscribe
    | Image
    | Voice
    | Hours
    | Slow
    | LoseAnswers
    | Fail
    | ExpireTokens
    | Pause
    | StaffClaims
    | StaffSays
    | StaffResolves
    | WaitFor
    | Expect
)
