"""Answers over HTTP without the dialogue server, for the gateway when that one is down."""

from http import HTTPStatus

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, json

import tracing
from actions import replies
from actions.search import Search
from knowledge_base.retrieval.decision import Decision

MAX_CHARACTERS = 500


def blueprint(search: Search) -> Blueprint:
    """The route ``POST /answer`` ``{"text"}`` → ``Reply``; 204 where the search is not sure,
    422 for another body. Like the rest of the action server it is for loopback only."""
    routes = Blueprint("direct_answers")

    async def answer(request: Request) -> HTTPResponse:
        body = request.json
        text = body.get("text") if isinstance(body, dict) else None
        if not isinstance(text, str) or not text.strip():
            return json({"error": "bad text"}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        with tracing.span("POST /answer", tracing.Kind.SERVER, parent=request.headers):
            found = await search(text[:MAX_CHARACTERS])
        if found.result.decision is not Decision.ANSWER:
            return HTTPResponse(status=HTTPStatus.NO_CONTENT)
        reply = replies.answer(found.result, found.knowledge_base)
        return json(reply.model_dump(mode="json"))

    routes.add_route(answer, "/answer", methods=["POST"])
    return routes
