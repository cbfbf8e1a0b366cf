"""What ``/openapi.json`` says of routes beyond what FastAPI finds out by itself."""

from typing import Any, TypeAlias

from api.errors import ErrorResponse

Responses: TypeAlias = dict[int | str, dict[str, Any]]

REFUSALS: Responses = {"4XX": {"model": ErrorResponse}, "5XX": {"model": ErrorResponse}}
"""Every route of the application may refuse, in the one shape."""


def gives_out(*media_types: str) -> Responses:
    """For a route whose success is a file or a text of one of these kinds.

    Its ``response_class`` must be one without a media type, which would hold for refusals, too.
    """
    return {200: {"content": {media_type: {} for media_type in media_types}}}
