"""Reads the open case for the page: whole when it is opened, then what may have changed."""

from dataclasses import replace

from api.console.page import Console
from api.inbox import history, opening, rows
from api.inbox.opening import OpenCase
from api.staff import cases
from api.storage.models import Staff, now


async def read_case(console: Console, staff: Staff, conversation_id: str) -> OpenCase:
    """A case as somebody may see it.

    Raises ``ApiError``: conversation_not_found, forbidden.
    """
    async with console.state.database.read() as session:
        return await opening.open_case(
            session,
            staff,
            conversation_id,
            vault=console.state.vault,
            account=console.settings.wechat_account,
            zone=console.zone,
            at=now(),
        )


async def read_on(console: Console, case: OpenCase, from_seq: int | None) -> OpenCase:
    """The case as it is now, its messages from a place on; None: the latest screenful.

    Raises ``ApiError``: conversation_not_found, forbidden where it is nobody else's business now.
    """
    conversation_id = case.row.conversation.id
    account = console.settings.wechat_account
    async with console.state.database.read() as session:
        await cases.require_visible(session, console.staff, conversation_id)
        (row,) = await rows.read(session, [conversation_id])
        return replace(
            case,
            row=row,
            history=await history.read(session, conversation_id, from_seq=from_seq),
            notes=await opening.notes_of(session, conversation_id),
            wechat=await opening.channel_of(session, row, account, console.zone, now()),
        )
