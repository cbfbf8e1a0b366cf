"""Spans as the program sees them. Off, which is the default, each of them does nothing.

Attributes hold values of enumerations, numbers and the program's own names and ids: never a text,
a person, a secret. An exception is named by its type alone, as in the logs: its message can quote
what a worker wrote. Attributes are named after OpenTelemetry's semantic conventions where those
have a name (``http.``, ``server.``, ``error.``, ``messaging.``, ``db.``), and ``union.`` otherwise.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeAlias
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from tracing.exporting import Tracing

Attributes: TypeAlias = Mapping[str, str | int | float | bool | Sequence[str] | None]
"""What is None is left out."""
TRACES = "/v1/traces"
"""Where an OTLP/HTTP receiver takes traces."""
_FIRST_ERROR_STATUS = 400
_active: "Tracing | None" = None


class TracingUnavailableError(RuntimeError):
    """Traces are asked for, and the packages for them are not installed."""

    remedy = ".venv/bin/pip install --require-hashes --no-deps -r requirements/tracing.lock"

    def __init__(self) -> None:
        super().__init__(
            "UNION_OTLP_ENDPOINT is set, but the packages for traces are not installed; "
            f"run: {self.remedy}"
        )


class Kind(StrEnum):
    """Which side of a call a span is; the names are OpenTelemetry's."""

    INTERNAL = "INTERNAL"
    SERVER = "SERVER"
    CLIENT = "CLIENT"


class Span:
    """A piece of work, for as long as its block lasts. This one does nothing: tracing is off."""

    __slots__ = ()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        places: TracebackType | None,
    ) -> None:
        return None

    def note(self, attributes: Attributes) -> None:
        """Add what became known while the work went on."""

    def fail(self, error_type: str) -> None:
        """Mark the work as failed. ``error_type``: the name of an exception, or a status."""

    def answered(self, status: int) -> None:
        """Keep with which status another process answered."""
        self.note({"http.response.status_code": status})
        if status >= _FIRST_ERROR_STATUS:
            self.fail(str(status))


_NOTHING = Span()


def check_installed() -> None:
    """Raises ``TracingUnavailableError`` where the packages for traces are missing."""
    try:
        import tracing.exporting  # noqa: F401
    except ImportError:
        raise TracingUnavailableError from None


def start(endpoint: str | None, *, service: str) -> None:
    """Send this process's spans to the OTLP/HTTP receiver at ``endpoint``; None: stay off.
    ``service``: the process's name in the traces.

    Raises ``TracingUnavailableError``.
    """
    if endpoint is None:
        return
    check_installed()
    from tracing.exporting import Tracing

    use(Tracing.to(endpoint, service=service))


def use(recorder: "Tracing") -> None:
    """Have spans recorded by ``recorder`` from now on."""
    global _active
    stop()
    _active = recorder


def stop() -> None:
    """Send what is left, for some seconds at the most, and stay off."""
    global _active
    active, _active = _active, None
    if active is not None:
        active.close()


def span(
    name: str,
    kind: Kind = Kind.INTERNAL,
    attributes: Attributes | None = None,
    *,
    parent: Mapping[str, object] | None = None,
) -> Span:
    """A span below the current one, which it replaces for its block.

    ``parent``: what another process's ``carrier`` gave instead; without a valid ``traceparent`` in
    it (https://www.w3.org/TR/trace-context/) a new trace begins.
    """
    if _active is None:
        return _NOTHING
    return _active.span(name, kind, attributes, parent)


def call(url: str) -> Span:
    """The span of a POST to another process of the product. The path must be of few values: it is
    part of the name."""
    if _active is None:
        return _NOTHING
    address = urlsplit(url)
    # Without the user information that an address may have.
    host = address.netloc.rpartition("@")[2]
    attributes: dict[str, str | int] = {
        "http.request.method": "POST",
        "server.address": address.hostname or "",
        "url.full": f"{address.scheme}://{host}{address.path}",
    }
    if address.port is not None:
        attributes["server.port"] = address.port
    return span(f"POST {address.path}", Kind.CLIENT, attributes)


def carrier() -> dict[str, str]:
    """The current span as ``traceparent`` of W3C Trace Context; empty while tracing is off."""
    return {} if _active is None else _active.carrier()


def log_fields() -> dict[str, str]:
    """``trace_id`` and ``span_id`` for a line of the log; empty outside of spans."""
    return {} if _active is None else _active.log_fields()
