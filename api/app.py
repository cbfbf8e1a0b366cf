"""The application factory."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.staticfiles import StaticFiles

from api import chat_page, errors, health
from api.body_limit import BodyLimit
from api.channels import webchat
from api.conversations.dialogue import DialogueServers, new_client
from api.conversations.service import ConversationService
from api.conversations.turn import TurnHandler
from api.request_context import RequestContext
from api.settings import Environment, Settings
from api.storage import schema
from api.storage.database import Database
from api.texts import crisis_texts, gateway_texts


class SchemaNotCurrentError(RuntimeError):
    """The database has not been migrated."""

    def __init__(self) -> None:
        super().__init__("the database schema is not current; run: python -m api migrate")


def create_app(settings: Settings) -> FastAPI:
    """The gateway. Its start raises ``SchemaNotCurrentError`` on a database not migrated."""
    gateway_texts(), crisis_texts()  # a missing text fails here, not in a conversation

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        database = Database(settings.database_url)
        client = new_client()
        dialogue = DialogueServers(
            client,
            settings.rasa_urls,
            secret=settings.rasa_secret.get_secret_value(),
            timeout_s=settings.rasa_timeout,
            max_chars=settings.rasa_max_chars,
        )
        conversations = ConversationService(
            database,
            TurnHandler(database, dialogue),
            secret_key=settings.secret_key.get_secret_value(),
            message_max_chars=settings.message_max_chars,
        )
        try:
            async with database.read() as session:
                if not await schema.is_current(session):
                    raise SchemaNotCurrentError
            app.state.database = database
            app.state.client = client
            app.state.dialogue = dialogue
            app.state.conversations = conversations
            await conversations.recover(dialogue.wait_until_up(settings.recovery_wait))
            yield
        finally:
            await conversations.close()
            await client.aclose()
            await database.close()

    app = FastAPI(
        title="Union assistant gateway",
        lifespan=lifespan,
        openapi_url="/openapi.json" if settings.env is Environment.DEVELOPMENT else None,
        docs_url=None,
        redoc_url=None,
        middleware=[
            Middleware(RequestContext),
            Middleware(BodyLimit, max_bytes=settings.max_body_bytes),
        ],
    )
    app.state.settings = settings
    errors.install(app)
    app.include_router(webchat.public)
    app.include_router(webchat.own)
    app.include_router(health.router)
    app.include_router(chat_page.router)
    app.mount("/static", StaticFiles(directory=chat_page.STATIC), name="static")
    return app
