"""The application factory."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import Depends, FastAPI
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.staticfiles import StaticFiles

from api import chat_page, errors, health
from api.attachments import routes as attachment_routes
from api.attachments.texts import attachment_texts
from api.body_limit import BodyLimit
from api.channels import webchat
from api.channels.wechat import routes as wechat_routes
from api.channels.wechat.form_texts import form_texts
from api.handoff.texts import handoff_texts
from api.live.socket import LiveSockets
from api.members import page
from api.members.texts import members_texts
from api.privacy import routes as privacy_routes
from api.privacy.texts import privacy_texts
from api.promises.texts import promise_texts
from api.request_context import RequestContext
from api.security import limiting
from api.security.access_table import require_complete
from api.security.client_address import parse_networks
from api.security.headers import SecurityHeaders
from api.security.limiting import RateLimiting
from api.security.origins import cors_arguments
from api.security.rate_limits import rate_limits
from api.services import Services
from api.settings import Environment, Settings
from api.staff import deliveries
from api.staff import routes as staff_routes
from api.staff.channel_texts import channel_texts
from api.storage import schema
from api.texts import crisis_texts, gateway_texts
from api.widget import routes as widget_routes

_TEXTS = (
    gateway_texts,
    crisis_texts,
    promise_texts,
    members_texts,
    privacy_texts,
    attachment_texts,
    handoff_texts,
    channel_texts,
    form_texts,
)


class SchemaNotCurrentError(RuntimeError):
    """The database has not been migrated."""

    def __init__(self) -> None:
        super().__init__("the database schema is not current; run: python -m api migrate")


def create_app(settings: Settings) -> FastAPI:
    """The gateway. Its start raises ``SchemaNotCurrentError`` on a database not migrated."""
    for load in _TEXTS:
        load()  # a missing text fails here, not in a conversation
    redis_url = settings.redis_url.get_secret_value() if settings.redis_url else None
    limits = rate_limits(redis_url, scale=settings.rate_limit_scale)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        services = Services.of(settings, limits)
        try:
            async with services.database.read() as session:
                if not await schema.is_current(session):
                    raise SchemaNotCurrentError
            app.state.database = services.database
            app.state.client = services.client
            app.state.dialogue = services.dialogue
            app.state.conversations = services.conversations
            app.state.desk = services.desk
            app.state.hub = services.hub
            app.state.publisher = services.publisher
            app.state.staff_sessions = services.staff_sessions
            app.state.vault = services.vault
            app.state.verification = services.verification
            app.state.deletion = services.deletion
            app.state.wechat = services.wechat
            app.state.uploads = services.uploads
            app.state.stored_files = services.stored_files
            await services.start(recovery_wait_s=settings.recovery_wait)
            yield
        finally:
            await services.close()
            await limits.close()

    app = FastAPI(
        title="Union assistant gateway",
        lifespan=lifespan,
        openapi_url="/openapi.json" if settings.env is Environment.DEVELOPMENT else None,
        docs_url=None,
        redoc_url=None,
        dependencies=[Depends(RateLimiting(limits, parse_networks(settings.trusted_proxies)))],
        middleware=[
            # Outermost, so that failures have the headers, too.
            Middleware(
                SecurityHeaders,
                embeddable_paths={"/"},
                embedding_origins=settings.allowed_origins,
                is_production=settings.env is Environment.PRODUCTION,
            ),
            Middleware(RequestContext),
            Middleware(CORSMiddleware, **cors_arguments(settings.allowed_origins)),
            Middleware(
                BodyLimit,
                max_bytes=settings.max_body_bytes,
                upload_path=attachment_routes.UPLOAD_PATH,
                upload_max_bytes=attachment_routes.UPLOAD_MAX_BYTES,
            ),
        ],
    )
    app.state.settings = settings
    errors.install(app)
    limiting.install(app)
    app.include_router(webchat.public)
    app.include_router(webchat.own)
    sockets = LiveSockets(allowed_origins=settings.allowed_origins, admission=limits.admit_message)
    app.include_router(sockets.router)
    app.include_router(attachment_routes.own)
    app.include_router(attachment_routes.staff)
    app.include_router(privacy_routes.router)
    app.include_router(staff_routes.public)
    app.include_router(staff_routes.own)
    app.include_router(deliveries.own)
    app.include_router(page.router)
    app.include_router(wechat_routes.router)
    app.include_router(widget_routes.router)
    app.include_router(health.router)
    app.include_router(chat_page.router)
    app.mount("/static", StaticFiles(directory=chat_page.STATIC), name="static")
    require_complete(app)
    return app
