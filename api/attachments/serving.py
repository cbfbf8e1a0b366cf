"""How a file of a stranger is given to a browser, so that it can do nothing there."""

from fastapi.responses import FileResponse

from api.attachments.kinds import KINDS
from api.attachments.names import download_name
from api.attachments.reading import StoredFile

# OWASP File Upload Cheat Sheet. The type is what the check found, and nothing else may be guessed
# from the bytes; whoever opens the address itself gets a page that runs nothing and loads nothing.
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}
_UNKNOWN = "application/octet-stream"


def file_response(file: StoredFile) -> FileResponse:
    """The file: pictures that every browser shows in their place, all else as a download."""
    kind = KINDS.get(file.attachment.content_type or "")
    return FileResponse(
        file.path,
        stat_result=file.stat,
        media_type=kind.content_type if kind else _UNKNOWN,
        filename=download_name(file.attachment),
        content_disposition_type="inline" if kind and kind.is_shown else "attachment",
        headers=_HEADERS,
    )
