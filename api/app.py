"""The application factory."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import Depends, FastAPI
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.staticfiles import StaticFiles

import tracing
from api import chat_page, errors, health
from api.attachments import routes as attachment_routes
from api.attachments.texts import attachment_texts
from api.body_limit import BodyLimit, Upload
from api.channels import webchat
from api.channels.wechat import routes as wechat_routes
from api.channels.wechat.form_texts import form_texts
from api.conversations.places import Places
from api.documented import REFUSALS
from api.handoff.texts import handoff_texts
from api.inbox.routes import routers as inbox_routers
from api.inbox.texts import inbox_texts
from api.knowledge import routes as knowledge_routes
from api.knowledge.service import knowledge_of
from api.knowledge.texts import knowledge_texts
from api.live.socket import LiveSockets
from api.members import page
from api.members.texts import members_texts
from api.operations import routes as operations_routes
from api.privacy import routes as privacy_routes
from api.privacy.texts import privacy_texts
from api.promises.texts import promise_texts
from api.reports import routes as reports_routes
from api.reports import supervisor_routes
from api.reports.employer_texts import employer_texts
from api.reports.texts import report_texts
from api.request_context import RequestContext
from api.review import proposal_routes
from api.review import routes as review_routes
from api.security.access_table import require_complete
from api.security.client_address import parse_networks
from api.security.headers import SecurityHeaders
from api.security.limiting import RateLimiting
from api.security.origins import cors_arguments
from api.security.rate_limits import rate_limits
from api.services import Services
from api.settings import Environment, Settings
from api.staff import account_routes, audit_routes, deliveries, own_routes
from api.staff import routes as staff_routes
from api.staff.audit_texts import audit_texts
from api.staff.channel_texts import channel_texts
from api.storage import schema
from api.texts import crisis_texts, gateway_texts
from api.widget import routes as widget_routes

# What the console's upload fields send; the pages limit it further.
CONSOLE_UPLOAD = Upload(
    re.compile(r"/staff/_nicegui/client/[^/]+/upload/[^/]+"), knowledge_routes.IMPORT.max_bytes
)
TRACED_AS = "union-gateway"
"""The gateway's name in traces."""
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
    inbox_texts,
    knowledge_texts,
    report_texts,
    employer_texts,
    audit_texts,
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
        tracing.start(settings.otlp_endpoint, service=TRACED_AS)
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
            app.state.people = services.people
            app.state.staff_sessions = services.people.sessions
            app.state.reports = services.reports
            app.state.knowledge_search = services.knowledge_search
            app.state.vault = services.vault
            app.state.verification = services.verification
            app.state.deletion = services.deletion
            app.state.wechat = services.wechat
            app.state.uploads = services.uploads
            app.state.stored_files = services.stored_files
            publishing = knowledge_of(app.state).publishing
            await publishing.recover()
            await services.start(recovery_wait_s=settings.recovery_wait)
            yield
            await publishing.close()
        finally:
            await services.close()
            await limits.close()
            # Here, because a signal ends the process right after this.
            tracing.stop()

    app = FastAPI(
        title="Union assistant gateway",
        lifespan=lifespan,
        responses=REFUSALS,
        openapi_url="/openapi.json" if settings.env is Environment.DEVELOPMENT else None,
        docs_url=None,
        redoc_url=None,
        # FastAPI's own spans and logs hold paths, queries and messages of exceptions, and could be
        # exported by a variable of the environment; the gateway has spans of its own (tracing).
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
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
                uploads=[attachment_routes.UPLOAD, knowledge_routes.IMPORT, CONSOLE_UPLOAD],
            ),
        ],
    )
    app.state.settings = settings
    app.state.places = Places()
    errors.install(app)
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
    app.include_router(own_routes.own)
    app.include_router(account_routes.own)
    app.include_router(audit_routes.own)
    for router in inbox_routers:
        app.include_router(router)
    app.include_router(knowledge_routes.own)
    app.include_router(reports_routes.own)
    app.include_router(supervisor_routes.own)
    app.include_router(review_routes.own)
    app.include_router(proposal_routes.own)
    app.include_router(page.router)
    app.include_router(wechat_routes.router)
    app.include_router(widget_routes.router)
    app.include_router(health.router)
    app.include_router(operations_routes.router)
    app.include_router(chat_page.router)
    app.mount("/static", StaticFiles(directory=chat_page.STATIC), name="static")
    require_complete(app)
    return app
