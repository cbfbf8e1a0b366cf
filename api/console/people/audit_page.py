"""The audit: who changed or saw what."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from nicegui import ui
from sqlalchemy import select

from api.console.page import Console, staff_page
from api.console.people.parts import done, hint
from api.console.people.texts import people_texts
from api.staff import audit_search
from api.staff.audit_export import export
from api.staff.audit_search import AuditFilter, AuditLine
from api.staff.audit_texts import audit_texts
from api.staff.permissions import Permission
from api.storage.database import Database
from api.storage.models import ActorKind, Staff, now

_PAGE = 50
_COLUMNS = "md:grid-cols-[10rem_8rem_minmax(9rem,1fr)_minmax(9rem,1fr)_minmax(8rem,2fr)]"
_SHORT_ID = 8


@staff_page(
    "/audit",
    title=people_texts().audit.title,
    permission=Permission.SEE_AUDIT,
    nav=people_texts().audit.nav,
    icon="fact_check",
    order=90,
    shortcut="l",
)
async def audit_page(console: Console) -> None:
    """Search and export."""
    await _AuditPage(console).build()


class _BadDateError(Exception):
    """A date is not written as one."""


class _AuditPage:
    def __init__(self, console: Console) -> None:
        self._console = console
        self._database: Database = console.state.database
        self._texts = people_texts().audit
        self._looked_for = AuditFilter()
        self._after: str | None = None

    async def build(self) -> None:
        """The page."""
        with ui.row().classes("w-full items-center gap-2 no-wrap"):
            hint(self._texts.about).classes("grow")
            ui.button(self._texts.export, icon="download", on_click=self._export).props(
                "outline no-wrap"
            )
        await self._form()
        self._place = ui.column().classes("console-card w-full items-stretch gap-0")
        self._place.style("padding: 0; overflow: hidden")
        self._more = ui.button(self._texts.more, on_click=self._add_page).props("outline")
        self._more.classes("self-center")
        await self._search()

    async def _form(self) -> None:
        texts = self._texts
        async with self._database.read() as session:
            staff = (await session.scalars(select(Staff).order_by(Staff.name))).all()
        kinds = {f"kind:{kind}": audit_texts().actors[kind] for kind in ActorKind}
        actors = {"": texts.anybody} | kinds | {each.username: each.name for each in staff}
        with ui.row().classes("w-full items-center gap-2"):
            self._actor = _choice(texts.actor, actors)
            self._action = _choice(texts.action, {"": texts.anything} | _actions())
            self._subject = _field(texts.subject)
            self._since, self._until = _day(texts.since), _day(texts.until)
            for field in (self._subject, self._since, self._until):
                field.on("keydown.enter", self._search)
            ui.button(texts.search, icon="search", on_click=self._search).props("unelevated")

    async def _search(self) -> None:
        if self._read_form():
            self._after = None
            self._place.clear()
            await self._add_page()

    async def _add_page(self) -> None:
        async with self._database.read() as session:
            page = await audit_search.search(
                session, self._looked_for, limit=_PAGE, after=self._after
            )
        self._after = page.after
        self._more.set_visibility(page.after is not None)
        with self._place:
            if not self._place.default_slot.children:
                if not page.lines:
                    ui.label(self._texts.nothing).classes("console-empty")
                    return
                _heads()
            for line in page.lines:
                _row(line, self._console.zone)

    async def _export(self) -> None:
        if not self._read_form():
            return

        async def work(staff: Staff) -> bytes:
            pieces = await export(self._database, staff, self._looked_for, self._console.zone)
            return b"".join([piece async for piece in pieces])

        content = await self._console.act(work)
        if content is not None:
            name = f"{self._texts.title}-{now().astimezone(self._console.zone):%Y%m%d-%H%M}.csv"
            ui.download.content(content, name, "text/csv")
            done(self._texts.exported)

    def _read_form(self) -> bool:
        """Whether what is looked for can be understood."""
        actor = self._actor.value or ""
        _, is_kind, kind = actor.partition("kind:")
        zone = self._console.zone
        try:
            since, until = _midnight(self._since.value, zone), _midnight(self._until.value, zone)
        except _BadDateError:
            ui.notify(self._texts.bad_date, type="warning", position="top")
            return False
        self._looked_for = AuditFilter(
            actor=None if is_kind else actor or None,
            actor_kind=ActorKind(kind) if is_kind else None,
            action=self._action.value or None,
            subject=(self._subject.value or "").strip() or None,
            since=since,
            until=until + timedelta(days=1) if until else None,
        )
        return True


def _actions() -> dict[str, str]:
    """Groups, and below each its acts."""
    texts, found = audit_texts(), {}
    for group, words in texts.groups.items():
        acts = {code: act for code, act in texts.actions.items() if code.startswith(f"{group}.")}
        if len(acts) > 1:
            found[group] = people_texts().audit.all_of.format(group=words)
        found |= acts
    return found


def _choice(label: str, options: dict[str, str]) -> ui.select:
    select = ui.select(options, value="", label=label, with_input=True)
    return select.props("outlined dense bg-color=white").classes("w-full sm:w-44")


def _field(label: str) -> ui.input:
    return (
        ui.input(label).props("outlined dense clearable bg-color=white").classes("w-full sm:w-52")
    )


def _day(label: str) -> ui.input:
    return (
        ui.input(label)
        .props("outlined dense bg-color=white type=date stack-label")
        .classes("w-36 grow sm:grow-0 sm:w-40")
    )


def _midnight(day: str | None, zone: ZoneInfo) -> datetime | None:
    if not day:
        return None
    try:
        return datetime.combine(date.fromisoformat(day), time(), zone)
    except ValueError:
        raise _BadDateError from None


def _heads() -> None:
    columns = audit_texts().columns
    with (
        ui.element("div")
        .classes(f"max-md:hidden grid {_COLUMNS} gap-2 px-4 py-2 text-sm border-b")
        .style("color: var(--console-soft); border-color: var(--console-line)")
    ):
        for head in (
            columns.at,
            columns.actor,
            columns.action,
            columns.subject_kind,
            columns.details,
        ):
            ui.label(head)


def _row(line: AuditLine, zone: ZoneInfo) -> None:
    entry, texts = line.entry, audit_texts()
    with (
        ui.element("div")
        .classes(f"grid grid-cols-2 {_COLUMNS} gap-x-2 px-4 py-1.5 border-b items-baseline")
        .style("border-color: var(--console-line)")
    ):
        ui.label(f"{entry.created_at.astimezone(zone):%Y-%m-%d %H:%M:%S}").classes(
            "text-sm tabular-nums"
        )
        ui.label(_actor(line)).classes("worker-text")
        ui.label(texts.action(entry.action)).tooltip(entry.action)
        ui.label(_subject(line)).classes("worker-text")
        hint(texts.described(entry.details)).classes("worker-text max-md:col-span-2")


def _actor(line: AuditLine) -> str:
    if line.actor is not None:
        return line.actor.name
    return audit_texts().actors[line.entry.actor_kind]


def _subject(line: AuditLine) -> str:
    """The kind, and the name or the end of the id."""
    entry = line.entry
    kind = audit_texts().subject(entry.subject_kind)
    if line.subject is not None:
        return f"{kind} {line.subject.name}"
    return f"{kind} …{entry.subject_id[-_SHORT_ID:]}" if entry.subject_id else kind
