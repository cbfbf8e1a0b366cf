"""The worker's card."""

from typing import TYPE_CHECKING

from nicegui import ui

from api.console.inbox.package_view import pairs, section
from api.console.inbox.texts import page_texts
from api.inbox import cards
from api.inbox.opening import OpenCase
from api.members.cards import MemberCard
from api.staff.permissions import Permission

if TYPE_CHECKING:
    from api.console.inbox.desk_page import DeskPage


def show_card(desk: "DeskPage", case: OpenCase) -> None:
    """Put it into the current element."""
    texts, card = page_texts(), case.card
    zone = desk.console.zone
    rows = {
        texts.side.channel: texts.channels[card.channel],
        texts.side.since: f"{card.since.astimezone(zone):%Y-%m-%d}",
        texts.side.count: texts.side.times.format(n=card.conversations),
    }
    if card.rating is not None:
        rows[texts.side.rating] = texts.side.stars.format(n=card.rating)
    pairs(rows)
    section(texts.side.member)
    if card.member is None:
        ui.label(texts.side.sealed if card.is_sealed else texts.side.not_member).classes(
            "inbox-hint"
        )
    else:
        _show_member(desk, case, card.member)
    section(texts.side.earlier)
    if not card.earlier:
        ui.label(texts.side.no_earlier).classes("inbox-hint")
    for before in card.earlier:
        conversation = before.conversation
        at = f"{conversation.created_at.astimezone(zone):%Y-%m-%d}"
        with (
            ui.element("button")
            .classes("side-before")
            .props('type="button"')
            .on("click", lambda _, key=conversation.id: desk.open(key))
        ):
            status = texts.statuses[conversation.status]
            ui.label(f"{at} · {before.category or status}").classes("worker-text")
            if before.summary:
                ui.label(before.summary).classes("worker-text inbox-hint")
            if before.outcome:
                ui.label(f"→ {before.outcome}").classes("worker-text inbox-hint")


def _show_member(desk: "DeskPage", case: OpenCase, masked: MemberCard) -> None:
    texts = page_texts().side
    numbers = ui.element("div")
    with numbers:
        _show_numbers(masked)
    if not desk.console.may(Permission.UNMASK):
        return
    conversation_id = case.row.conversation.id
    state = desk.console.state

    async def unmask() -> None:
        reason = await desk.dialogs.ask_why()
        if not reason:
            return
        card = await desk.console.act(
            lambda staff: cards.unmask(state.database, state.vault, staff, conversation_id, reason)
        )
        if card is not None:
            numbers.clear()
            with numbers:
                _show_numbers(card)
                ui.label(texts.unmasked).classes("inbox-hint")
            button.set_visibility(False)

    button = ui.button(texts.unmask, icon="visibility", on_click=unmask, color=None).props(
        "flat dense no-caps"
    )


def _show_numbers(card: MemberCard) -> None:
    texts = page_texts().side
    rows = {
        texts.name: f"{card.name}（{texts.current if card.is_current else texts.left}）",
        texts.id_number: card.id_number,
        texts.phone: card.phone or "",
        texts.union: card.union_name,
        texts.joined: card.joined_on.isoformat() if card.joined_on else "",
        texts.aid: "、".join(map(str, card.mutual_aid_years)),
    }
    pairs({name: value for name, value in rows.items() if value})
