"""The dialog that takes a missing article over: it becomes a draft, and one goes on writing."""

from nicegui import ui

from api.console import dialogs
from api.console.page import Console
from api.console.review.texts import page_texts
from api.error_codes import ErrorCode
from api.errors import ApiError
from api.review.desk import review_desk
from api.review.payloads import ArticleDraft
from api.review.proposal_messages import AcceptRequest
from api.staff.permissions import Permission, may
from api.storage.models import Staff

_ID_MAX_CHARS = 128


def open_accept_draft(console: Console, proposal_id: str, draft: ArticleDraft) -> None:
    """Ask for the article's id, which may be left to the system; then show the draft."""
    texts = page_texts().accept_draft
    desk = review_desk(console.state)

    async def take_over(staff: Staff) -> str | None:
        if not may(staff.role, Permission.EDIT_KNOWLEDGE):
            raise ApiError(ErrorCode.FORBIDDEN)
        accepted = await desk.decisions.accept(
            proposal_id, staff, article_id=identifier.value.strip() or None
        )
        async with desk.database.read() as session:
            standings = await desk.standings(session, [accepted])
        return standings[accepted.id].article_id

    async def accept() -> None:
        if not identifier.validate():
            return
        article_id = await console.act(take_over)
        if article_id is not None:
            ui.navigate.to(f"/knowledge/articles/{article_id}")

    with ui.dialog(value=True) as dialog, ui.card().classes("w-96"):
        dialogs.title(dialog, texts.title.format(title=draft.title))
        ui.label(texts.hint)
        identifier = (
            ui.input(texts.id, validation=lambda value: None if _is_id(value) else texts.bad_id)
            .props(f"outlined dense autofocus maxlength={_ID_MAX_CHARS}")
            .classes("w-full")
        )
        with ui.row().classes("w-full justify-end"):
            ui.button(page_texts().dialogs.cancel, on_click=dialog.close).props("flat")
            ui.button(texts.accept, on_click=accept).props("unelevated")
    dialog.on("hide", dialog.delete)


def _is_id(value: str) -> bool:
    try:
        AcceptRequest(article_id=value.strip() or None)
    except ValueError:
        return False
    return True
