"""Optional traces: where a message spent its time, over gateway, Rasa and action server.

While tracing is off nothing of OpenTelemetry is imported here, and a span does nothing.
"""

from tracing.spans import (
    TRACES,
    Attributes,
    Kind,
    Span,
    TracingUnavailableError,
    call,
    carrier,
    check_installed,
    log_fields,
    span,
    start,
    stop,
    use,
)

__all__ = [
    "TRACES",
    "Attributes",
    "Kind",
    "Span",
    "TracingUnavailableError",
    "call",
    "carrier",
    "check_installed",
    "log_fields",
    "span",
    "start",
    "stop",
    "use",
]
