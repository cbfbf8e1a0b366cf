"""The real gateway over ASGI, furnished, with callers who may use it."""

import asyncio
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, TypeAlias

import schemathesis
from fastapi import FastAPI
from schemathesis import APIOperation, Case
from schemathesis.core.result import Ok
from schemathesis.python import asgi
from schemathesis.specs.openapi.schemas import OpenApiSchema
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from api.app import create_app
from api.conversations import tokens
from api.knowledge.service import knowledge_of
from api.settings import Settings
from api.staff.permissions import Permission, may
from api.staff.sessions import LIFETIME
from api.storage import schema as storage_schema
from api.storage.database import Database
from api.storage.models import Role, StaffSession, now
from tests.security.fuzzing import bot, furniture

Operation: TypeAlias = APIOperation[Any, Any, Any, Any]
AnyCase: TypeAlias = Case[Any]
_LATEST: Final = 12
_IDS: Final[Mapping[str, str]] = {
    "conversation_id": "SELECT conversation_id FROM handoffs ORDER BY id DESC",
    "message_id": "SELECT id FROM messages WHERE author = 'bot' ORDER BY id DESC",
    "attachment_id": "SELECT id FROM attachments ORDER BY id DESC",
    "delivery_id": "SELECT id FROM outbox WHERE state = 'dead'",
    "login_id": "SELECT id FROM staff_sessions ORDER BY id DESC",
    "username": "SELECT username FROM staff ORDER BY id DESC",
    "to_username": "SELECT username FROM staff WHERE role IN ('agent', 'supervisor')"
    " ORDER BY id DESC",
    "staff_id": "SELECT id FROM staff ORDER BY id DESC",
    "label_id": "SELECT id FROM labels ORDER BY id DESC",
    "reply_id": "SELECT id FROM canned_replies ORDER BY id DESC",
    "revision_id": "SELECT id FROM article_revisions ORDER BY id DESC",
    "article_id": "SELECT DISTINCT article_id FROM article_revisions ORDER BY article_id",
    "publication_id": "SELECT id FROM publications ORDER BY id DESC",
    "alert_id": "SELECT id FROM alerts ORDER BY id DESC",
    "review_id": "SELECT id FROM reviews ORDER BY id DESC",
    "proposal_id": "SELECT id FROM proposals ORDER BY id DESC",
}
"""Where values for a parameter of this name are found."""
_SECRETS: Final = {"password": [furniture.PASSWORD], "old_password": [furniture.PASSWORD]}


class Who(StrEnum):
    """Who calls."""

    NOBODY = "nobody"
    WORKER = "worker"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"

    @property
    def role(self) -> Role | None:
        """None: no colleague."""
        return Role(self) if self in (Who.SUPERVISOR, Who.ADMINISTRATOR) else None


@dataclass(frozen=True)
class Credentials:
    """``own``: parameters that open something with these credentials."""

    headers: Mapping[str, str] = field(default_factory=dict)
    own: Mapping[str, str] = field(default_factory=dict)


class World:
    """The gateway; ``schema`` is what it says of itself."""

    def __init__(self, app: FastAPI, settings: Settings) -> None:
        self._settings = settings
        self._engine = create_engine(f"sqlite:///{settings.data_dir}/gateway.db")
        self.schema: OpenApiSchema = schemathesis.openapi.from_asgi("/openapi.json", app)
        self._callers: dict[Who, Credentials] = {}
        # A publication would load the encoder: here its process ends at once.
        knowledge_of(app.state).publishing._command = (sys.executable, "-c", "")

    def operations(self) -> list[Operation]:
        """Everything that is documented."""
        return [found.ok() for found in self.schema.get_all_operations() if isinstance(found, Ok)]

    def caller(self, who: Who) -> Credentials:
        """Somebody of this kind."""
        return self._callers.get(who) or self.another(who)

    def another(self, who: Who) -> Credentials:
        """Somebody new of this kind, with credentials that are valid now."""
        self._callers[who] = self._made(who)
        return self._callers[who]

    def _made(self, who: Who) -> Credentials:
        match who:
            case Who.NOBODY:
                return Credentials()
            case Who.WORKER:
                return self._worker()
            case Who.SUPERVISOR | Who.ADMINISTRATOR:
                return self._colleague(Role(who))

    def ids(self) -> dict[str, list[str]]:
        """Values that exist, by the name of the parameter."""
        with self._engine.connect() as connection:
            found = {
                name: list(connection.scalars(text(f"{query} LIMIT {_LATEST}")))
                for name, query in _IDS.items()
            }
        return found | _SECRETS

    def call(
        self, method: str, path: str, caller: Credentials, body: Any = None, **place: str
    ) -> Any:
        """One proper call; the JSON of the answer."""
        operation = self.schema[path][method]
        given = {} if body is None else {"body": body, "media_type": "application/json"}
        case = operation.Case(path_parameters=place, headers=dict(caller.headers), **given)
        response = case.call()
        assert response.status_code < 300, (path, response.text)
        return response.json() if response.content else None

    def _worker(self) -> Credentials:
        """A worker whose conversation waits for a person, so that files may be sent, too."""
        path = "/api/v1/conversations"
        new = self.call("POST", path, Credentials(), {"channel": "web"})
        own = {"conversation_id": new["conversation_id"]}
        caller = Credentials({"Authorization": f"Bearer {new['token']}"}, own)
        message = {"text": bot.HAND_OVER, "client_message_id": "m1"}
        sent = self.call("POST", path + "/{conversation_id}/messages", caller, message, **own)
        assert sent["status"] == "waiting"
        return Credentials(caller.headers, own | {"message_id": new["messages"][0]["id"]})

    def _colleague(self, role: Role) -> Credentials:
        """A new account with a login; whoever answers at the desk has a case."""
        token = tokens.new_token()
        secret_key = self._settings.secret_key.get_secret_value()
        with Session(self._engine) as session, session.begin():
            staff = furniture.staff_of(role)
            session.add(staff)
            session.flush()
            session.add(
                StaffSession(
                    staff_id=staff.id,
                    token_hash=tokens.hash_token(token, secret_key),
                    expires_at=now() + LIFETIME,
                )
            )
        caller = Credentials({"Authorization": f"Bearer {token}"})
        if not may(role, Permission.CLAIM):
            return caller
        own = {"conversation_id": self._worker().own["conversation_id"]}
        path = "/api/v1/staff/conversations/{conversation_id}/claim"
        self.call("POST", path, caller, **own)
        return Credentials(caller.headers, own)


@contextmanager
def opened(folder: Path, migrated_file: Path | None = None) -> Iterator[World]:
    """The world in an empty folder; it ends with the block. ``migrated_file``: an empty database
    that is up to date, which saves the migration."""
    with bot.running() as rasa:
        settings = furniture.settings_for(folder, rasa.url)
        if migrated_file is not None:
            shutil.copy(migrated_file, folder / "gateway.db")
        asyncio.run(_prepare(settings))
        try:
            yield World(create_app(settings), settings)
        finally:
            asgi.shutdown_lifespans()


async def _prepare(settings: Settings) -> None:
    database = Database(settings.database_url)
    await storage_schema.upgrade(database)
    await database.close()
    await furniture.furnish(settings)
