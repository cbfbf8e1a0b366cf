"""Spans recorded with OpenTelemetry. Imported only where traces are wanted.

The provider is this module's own and not the process's global one: libraries that look for that
one (rasa_sdk does, and its spans hold conversation ids and messages of exceptions) find none.
"""

import threading
from collections.abc import Mapping
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Self

import requests
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from opentelemetry.util.types import AttributeValue

from tracing.spans import TRACES, Attributes, Kind, Span

_EXPORT_TIMEOUT_S = 3.0
"""A receiver that is away costs traces, never a turn: spans are sent by a thread of their own."""
_CLOSING_S = 3.0
_propagator = TraceContextTextMapPropagator()


class Tracing:
    """Makes the spans of one process and hands them to a processor."""

    def __init__(self, processor: SpanProcessor, *, service: str) -> None:
        resource = Resource.create({"service.namespace": "union", "service.name": service})
        self._provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer(service)

    @classmethod
    def to(cls, endpoint: str, *, service: str) -> Self:
        """Send spans in batches to an OTLP/HTTP receiver. The variables of OpenTelemetry for
        headers, certificates, batches and sampling count, too."""
        session = requests.Session()
        session.trust_env = False  # proxies of the environment do not concern it
        exporter = OTLPSpanExporter(
            endpoint.rstrip("/") + TRACES, timeout=_EXPORT_TIMEOUT_S, session=session
        )
        return cls(BatchSpanProcessor(exporter), service=service)

    def span(
        self,
        name: str,
        kind: Kind,
        attributes: Attributes | None,
        parent: Mapping[str, object] | None,
    ) -> Span:
        """See ``tracing.span``."""
        context = None if parent is None else _context_of(parent)
        return _RecordedSpan(
            self._tracer.start_span(name, context, SpanKind[kind], _known(attributes or {}))
        )

    def carrier(self) -> dict[str, str]:
        """See ``tracing.carrier``."""
        carried: dict[str, str] = {}
        _propagator.inject(carried)
        return carried

    def log_fields(self) -> dict[str, str]:
        """See ``tracing.log_fields``."""
        context = trace.get_current_span().get_span_context()
        if not context.is_valid:
            return {}
        return {
            "trace_id": trace.format_trace_id(context.trace_id),
            "span_id": trace.format_span_id(context.span_id),
        }

    def close(self) -> None:
        """Send what is left. A receiver that is away does not hold up the end of the process."""
        closing = threading.Thread(target=self._provider.shutdown, daemon=True)
        closing.start()
        closing.join(_CLOSING_S)


class _RecordedSpan(Span):
    __slots__ = ("_block", "_span")

    def __init__(self, span: trace.Span) -> None:
        self._span = span
        self._block: AbstractContextManager[trace.Span] = trace.use_span(
            span, end_on_exit=True, record_exception=False, set_status_on_exception=False
        )

    def __enter__(self) -> Self:
        self._block.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        places: TracebackType | None,
    ) -> None:
        if kind is not None:
            self.fail(kind.__name__)
        self._block.__exit__(kind, error, places)

    def note(self, attributes: Attributes) -> None:
        self._span.set_attributes(_known(attributes))

    def fail(self, error_type: str) -> None:
        self._span.set_attribute("error.type", error_type)
        self._span.set_status(StatusCode.ERROR)


def _known(attributes: Attributes) -> dict[str, AttributeValue]:
    return {name: value for name, value in attributes.items() if value is not None}


def _context_of(parent: Mapping[str, object]) -> Context:
    """The context that came from another process; an empty one if it is not valid."""
    carried = {key.lower(): value for key, value in parent.items() if isinstance(value, str)}
    return _propagator.extract(carried, Context())
