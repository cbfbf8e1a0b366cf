"""What every stage of the search makes of a question, for the knowledge desk."""

from http import HTTPStatus
from typing import Any

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, json

from actions.direct_answers import MAX_CHARACTERS
from actions.search import Found, Search
from knowledge_base.search import Hit, SearchResult


def blueprint(search: Search) -> Blueprint:
    """The route ``POST /hit-test`` ``{"text"}``; 422 for another body. Like the rest of the action
    server it is for loopback only.

    It answers with ``version`` and ``fingerprint`` of the index, ``encoder``, ``rewritten``,
    ``decision``, ``probability``, ``answer_from`` and ``choices_from`` (the probabilities from
    which on it is an answer, or choices), ``hits``, and ``parts`` of a message that asks several
    things.
    """
    routes = Blueprint("hit_test")

    async def hit_test(request: Request) -> HTTPResponse:
        body = request.json
        text = body.get("text") if isinstance(body, dict) else None
        if not isinstance(text, str) or not text.strip():
            return json({"error": "bad text"}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        return json(_told(await search(text[:MAX_CHARACTERS])))

    routes.add_route(hit_test, "/hit-test", methods=["POST"])
    return routes


def _told(found: Found) -> dict[str, Any]:
    trace, model = found.result.trace, found.knowledge_base.decision_model
    return {
        "version": found.knowledge_base.version,
        "fingerprint": trace.index_fingerprint,
        "encoder": trace.encoder,
        "answer_from": model.answer_from,
        "choices_from": model.choices_from,
        "parts": [_result(part) for part in found.result.parts],
        **_result(found.result),
    }


def _result(result: SearchResult) -> dict[str, Any]:
    return {
        "query": result.trace.query,
        "rewritten": result.trace.rewritten_query,
        "decision": result.decision,
        "probability": result.probability,
        "hits": [_hit(hit) for hit in result.hits],
    }


def _hit(hit: Hit) -> dict[str, Any]:
    document = hit.document
    return {
        "article_id": document.id,
        "title": document.title,
        "kind": document.kind,
        "revision": document.revision,
        "verified": document.verified,
        "section": hit.section,
        "asked": list(hit.asked),
        "bm25": hit.bm25,
        "pinyin": hit.pinyin,
        "dense": hit.dense,
        "fused": hit.fused,
        "score": hit.score,
        "probability": hit.probability,
    }
