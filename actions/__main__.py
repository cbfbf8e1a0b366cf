"""The action server: ``python -m actions``."""

import sys
import warnings
from http import HTTPStatus
from typing import Any

from rasa_sdk.endpoint import create_app
from rasa_sdk.executor import ActionExecutor
from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, json

import tracing
from actions import direct_answers, hit_test, logs
from actions.assistant import actions
from actions.search import Search
from actions.settings import ActionServerSettings
from knowledge_base.corpus import ARTICLES_DIR
from knowledge_base.index.store import CorruptIndexError, IndexUnavailableError
from knowledge_base.live import LiveKnowledgeBase
from knowledge_base.paths import embedding_model, index_directory

TRACED_AS = "union-actions"
"""The action server's name in traces."""


class DomainlessExecutor(ActionExecutor):  # type: ignore[misc]
    """Accepts calls without the domain, which no action reads.

    Rasa is set to leave it out (``enable_selective_domain`` in ``bot/endpoints.yml``): it is by
    far the largest part of a call. The stock executor answers 449 to the first such call, a
    protocol that Rasa 3.6 does not know.
    """

    def update_and_return_domain(self, payload: dict[str, Any], action_name: str) -> dict[str, Any]:
        return {}


async def hide_request(_request: Request, response: HTTPResponse) -> HTTPResponse | None:
    """Replace the stock body of a failure, which repeats the request and so the worker's words."""
    if response.status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return None
    return json({"error": "action failed", "action_name": ""}, status=response.status)


def create_server(search: Search) -> Sanic:
    """Return the action server with all actions registered."""
    executor = DomainlessExecutor()
    for action in actions(search):
        executor.register_action(action)
    server = create_app(executor, cors_origins=[])
    server.blueprint(direct_answers.blueprint(search))
    server.blueprint(hit_test.blueprint(search))
    server.register_middleware(hide_request, "response")
    return server


def main() -> int:
    """Open the knowledge base, then serve until stopped; new index versions are picked up."""
    logs.configure()
    # The versions of rasa and rasa_sdk differ on purpose; the pair is pinned and tested.
    warnings.filterwarnings("ignore", message="Your versions of rasa and rasa_sdk")
    settings = ActionServerSettings()
    endpoint = settings.otlp_endpoint
    try:
        tracing.start(str(endpoint) if endpoint else None, service=TRACED_AS)
        knowledge_base = LiveKnowledgeBase.open(
            index_directory(),
            model=embedding_model(),
            documents=ARTICLES_DIR,
            interval=settings.index_check_seconds,
        )
    except (
        tracing.TracingUnavailableError,
        IndexUnavailableError,
        CorruptIndexError,
        OSError,
        ValueError,
    ) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    server = create_server(Search(knowledge_base))
    server.prepare(
        host=settings.host, port=settings.port, single_process=True, access_log=False, motd=False
    )
    try:
        Sanic.serve_single(server)
    finally:
        knowledge_base.close()
        tracing.stop()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
