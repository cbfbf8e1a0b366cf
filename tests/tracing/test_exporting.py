"""Spans as they are recorded and sent."""

import time

import pytest
from opentelemetry import trace
from opentelemetry.trace import StatusCode

import tracing
from tests.traces import *  # noqa: F403
from tests.traces import Collector, Recorded

TRACE, CALLER = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
TRACEPARENT = f"00-{TRACE}-{CALLER}-01"
WORDS = "我叫张三丰，电话13800000000"


def test_a_span_is_below_the_one_around_it(recorded: Recorded) -> None:
    with tracing.span("outer"), tracing.span("inner", attributes={"a": 1, "b": None}) as inner:
        inner.note({"c": ["x", "y"], "d": None})
    assert recorded.names == ["inner", "outer"]
    assert recorded.parent_of("inner") == "outer"
    assert recorded.attributes("inner") == {"a": 1, "c": ("x", "y")}


def test_a_trace_goes_on_in_another_process(recorded: Recorded) -> None:
    with tracing.span("here"):
        carrier = tracing.carrier()
    with tracing.span("unrelated"), tracing.span("there", parent={"channel": "web", **carrier}):
        pass
    here, there = recorded.only("here"), recorded.only("there")
    assert recorded.parent_of("there") == "here"
    assert there.context.trace_id == here.context.trace_id


@pytest.mark.parametrize("name", ["traceparent", "Traceparent"])
def test_the_caller_is_told_by_w3c_trace_context(recorded: Recorded, name: str) -> None:
    with tracing.span("work", parent={name: TRACEPARENT}):
        assert tracing.log_fields()["trace_id"] == TRACE
        assert tracing.carrier()["traceparent"].startswith(f"00-{TRACE}-")
    parent = recorded.only("work").parent
    assert parent is not None
    assert trace.format_span_id(parent.span_id) == CALLER


@pytest.mark.parametrize(
    "parent", [{}, {"traceparent": None}, {"traceparent": 7}, {"traceparent": "00-0-0-00"}]
)
def test_without_a_valid_caller_a_new_trace_begins(
    recorded: Recorded, parent: dict[str, object]
) -> None:
    with tracing.span("unrelated"), tracing.span("work", parent=parent):
        pass
    assert recorded.only("work").parent is None


def test_who_is_not_sampled_there_is_not_recorded_here(recorded: Recorded) -> None:
    with tracing.span("work", parent={"traceparent": f"00-{TRACE}-{CALLER}-00"}):
        assert tracing.carrier()["traceparent"].endswith("-00")
    assert recorded.names == []


def test_of_an_exception_only_the_type_is_kept(recorded: Recorded) -> None:
    with pytest.raises(ValueError, match="张三丰"), tracing.span("work"):
        raise ValueError(WORDS)
    span = recorded.only("work")
    assert dict(span.attributes or {}) == {"error.type": "ValueError"}
    assert span.status.status_code is StatusCode.ERROR
    assert span.status.description is None
    assert not span.events


@pytest.mark.parametrize(
    ("status", "fails"), [(200, False), (204, False), (422, True), (503, True)]
)
def test_a_call_is_named_by_its_path(recorded: Recorded, status: int, fails: bool) -> None:
    with tracing.call("http://user:secret@rasa.internal:5005/webhook") as call:
        call.answered(status)
    attributes = recorded.attributes("POST /webhook")
    assert attributes.pop("error.type", None) == (str(status) if fails else None)
    assert attributes == {
        "http.request.method": "POST",
        "server.address": "rasa.internal",
        "server.port": 5005,
        "url.full": "http://rasa.internal:5005/webhook",
        "http.response.status_code": status,
    }


def test_outside_of_spans_the_log_has_no_trace(recorded: Recorded) -> None:
    assert tracing.log_fields() == {}


def test_no_library_finds_a_provider_to_export_through(recorded: Recorded) -> None:
    with trace.get_tracer("rasa_sdk").start_as_current_span("create_app.webhook") as span:
        assert not span.is_recording()
    assert recorded.names == []


def test_what_is_left_is_sent_at_the_end(
    collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    tracing.start(collector.url + "/", service="union-test")
    with tracing.span("work"):
        pass
    tracing.stop()
    (span,) = collector.spans
    assert (span.service, span.name) == ("union-test", "work")
    assert collector.paths == {"/v1/traces"}


def test_a_receiver_that_is_away_does_not_hold_up_the_end() -> None:
    tracing.start("http://127.0.0.1:9", service="union-test")
    started = time.monotonic()
    with tracing.span("work"):
        pass
    tracing.stop()
    assert time.monotonic() - started < 10
