"""The action server: ``python -m actions``."""

import logging
import sys

from rasa_sdk.endpoint import create_app
from rasa_sdk.executor import ActionExecutor
from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, json

from actions.answer import AnswerAction, FallbackAction
from actions.handoff import HandoffAction
from actions.search import Search
from actions.settings import ActionServerSettings
from knowledge_base.index.store import CorruptIndexError, IndexUnavailableError
from knowledge_base.paths import embedding_model, index_directory
from knowledge_base.search import KnowledgeBase

logger = logging.getLogger("actions")


async def report_failure(_request: Request, error: Exception) -> HTTPResponse:
    """Answer 500 with the kind of failure only.

    The stock handler logs and returns the request, which holds the worker's words.
    """
    logger.error("action failed: %s", type(error).__name__, exc_info=error)
    return json({"error": type(error).__name__, "action_name": ""}, status=500)


def create_server(search: Search) -> Sanic:
    """Return the action server with all actions registered."""
    executor = ActionExecutor()
    for action in (AnswerAction(search), FallbackAction(search), HandoffAction(search)):
        executor.register_action(action)
    server = create_app(executor, cors_origins=[])
    server.error_handler.add(Exception, report_failure)
    return server


def main() -> int:
    """Open the knowledge base, then serve until stopped."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s")
    # check_version_compatibility warns at every call; the pair is pinned and tested.
    logging.getLogger("rasa_sdk.utils").setLevel(logging.ERROR)
    settings = ActionServerSettings()
    try:
        knowledge_base = KnowledgeBase.open(index_directory(), model=embedding_model())
    except (IndexUnavailableError, CorruptIndexError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    server = create_server(Search(knowledge_base))
    server.prepare(
        host=settings.host, port=settings.port, single_process=True, access_log=False, motd=False
    )
    Sanic.serve_single(server)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
