"""The Chinese texts of the inbox page, from ``texts.yml``."""

from functools import cache
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, StringConstraints

from api.desk_modes import ClaimMode
from api.inbox.labels import Colour
from api.inbox.views import View
from api.storage.models import (
    AttachmentState,
    Author,
    Channel,
    DeliveryState,
    OutcomeKind,
    Presence,
    Role,
    Status,
)
from contract import HandoffReason

Text = Annotated[str, StringConstraints(min_length=1)]


class _Texts(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ListTexts(_Texts):
    """The column with the list."""

    label: Text
    search: Text
    filters: Text
    filters_on: Text
    no_filter: Text
    channel: Text
    priority: Text
    reason: Text
    label_filter: Text
    assigned: Text
    about: Text
    clear: Text
    more: Text
    searching: Text
    unread: Text
    aside: Text
    left: Text
    over: Text
    waited: Text
    soon: Text
    minutes: Text
    hours: Text
    days: Text
    now: Text
    nobody: Text
    alarm_on: Text
    alarm_off: Text
    alarm_hint: Text
    empty: dict[str, Text]


class HistoryTexts(_Texts):
    """The messages."""

    label: Text
    earlier: Text
    authors: dict[Author, Text]
    me: Text
    citations: Text
    checked: Text
    unchecked: Text
    expand: Text
    fold: Text
    typing: Text
    read: Text
    deliveries: dict[DeliveryState, Text]
    files: dict[AttachmentState, Text]
    download: Text
    new: Text
    none: Text


class CaseTexts(_Texts):
    """Over the messages, and what can be done with the case."""

    choose: Text
    choose_keys: Text
    back: Text
    side: Text
    talk: Text
    claim: Text
    claimed: Text
    taken: Text
    not_claimed: Text
    closed: Text
    closed_plain: Text
    with_bot: Text
    more: Text
    transfer: Text
    snooze: Text
    wake: Text
    resolve: Text
    release: Text
    put_back: Text
    labels: Text
    done: Text


class ComposerTexts(_Texts):
    """Where a reply is written."""

    label: Text
    placeholder: Text
    send: Text
    sending: Text
    suggest: Text
    suggesting: Text
    canned: Text
    no_canned: Text
    too_long: Text
    saved: Text
    offline: Text
    unsent: Text
    unsent_title: Text
    no_suggestion: Text
    suggestion_title: Text
    use: Text
    dismiss: Text


class SideTexts(_Texts):
    """The column with the package, the worker's card, notes and the knowledge search."""

    tabs: dict[str, Text]
    why: Text
    summary: Text
    facts: Text
    fact_names: dict[str, Text]
    yes_word: Text
    no_word: Text
    intent: Text
    confidence: Text
    slots: Text
    passages: Text
    probability: Text
    scores: Text
    raised: Text
    cause: Text
    no_package: Text
    waiting_since: Text
    due: Text
    holder: Text
    outcome: Text
    rating: Text
    stars: Text
    member: Text
    not_member: Text
    sealed: Text
    name: Text
    id_number: Text
    phone: Text
    union: Text
    joined: Text
    aid: Text
    left: Text
    current: Text
    unmask: Text
    unmask_reason: Text
    unmask_do: Text
    unmasked: Text
    since: Text
    count: Text
    times: Text
    channel: Text
    earlier: Text
    no_earlier: Text
    notes_none: Text
    note_label: Text
    note_add: Text
    knowledge_label: Text
    knowledge_do: Text
    knowledge_none: Text
    insert: Text


class DialogTexts(_Texts):
    """What asks before something is done."""

    cancel: Text
    transfer_title: Text
    transfer_person: Text
    transfer_role: Text
    transfer_do: Text
    colleague: Text
    of_capacity: Text
    nobody_else: Text
    snooze_title: Text
    snooze_hour: Text
    snooze_afternoon: Text
    snooze_tomorrow: Text
    snooze_week: Text
    snooze_hint: Text
    resolve_title: Text
    resolve_kind: Text
    resolve_text: Text
    resolve_do: Text
    resolve_hint: Text
    labels_title: Text
    labels_none: Text
    labels_new: Text
    labels_add: Text
    close: Text
    release_title: Text
    release_text: Text
    put_back_title: Text
    put_back_text: Text
    confirm: Text


class SettingsTexts(_Texts):
    """The page where supervisors set up the desk."""

    title: Text
    nav: Text
    canned: Text
    canned_hint: Text
    canned_add: Text
    canned_none: Text
    shortcut: Text
    reply_title: Text
    text: Text
    save: Text
    edit: Text
    retire: Text
    sure: Text
    labels: Text
    labels_hint: Text
    label_none: Text
    label_name: Text
    label_add: Text
    colour: Text
    capacity: Text
    capacity_hint: Text
    capacity_of: Text
    modes: dict[ClaimMode, Text]


class InboxPageTexts(_Texts):
    """Everything in ``texts.yml``."""

    title: Text
    nav: Text
    views: dict[View, Text]
    list: ListTexts
    channels: dict[Channel, Text]
    statuses: dict[Status, Text]
    priorities: dict[int, Text]
    reasons: dict[HandoffReason, Text]
    roles: dict[Role, Text]
    for_role: Text
    history: HistoryTexts
    case: CaseTexts
    composer: ComposerTexts
    side: SideTexts
    dialogs: DialogTexts
    outcomes: dict[OutcomeKind, Text]
    presence: dict[Presence, Text]
    settings: SettingsTexts
    colours: dict[Colour, Text]


@cache
def page_texts() -> InboxPageTexts:
    """Texts of ``texts.yml``. Raises ``pydantic.ValidationError`` if one is missing."""
    path = Path(__file__).with_name("texts.yml")
    return InboxPageTexts.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
