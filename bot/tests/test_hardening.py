import ast
import asyncio
import copy
import inspect
import io
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import uuid4

import pytest
import rasa
import structlog
from aiohttp import web
from jsonschema import ValidationError
from rasa.core import processor
from rasa.core.actions.action import ActionListen, RemoteAction
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.core.policies import rule_policy
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.engine.exceptions import GraphComponentException
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.training.hooks import TrainingHook
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.utils.common import all_subclasses
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

import hardening
from components.intent_reader import reader
from hardening import DiscreetFormatter, KeepAliveEndpoint

SECRET_TEXT = "我叫王小明"


def test_rasa_is_the_version_that_was_looked_at() -> None:
    assert rasa.__version__ == "3.6.21"


@pytest.fixture
def action() -> Iterator[RemoteAction]:
    stock = RemoteAction._validate_action_result
    hardening.use_compiled_validator()
    yield RemoteAction("action_answer", None)
    RemoteAction._validate_action_result = stock  # type: ignore[method-assign]


@pytest.mark.parametrize(
    "result",
    [
        {"events": [], "responses": []},
        {"events": [{"event": "slot", "name": "failed_turns", "value": 1.0}], "responses": []},
        {"events": [], "responses": [{"custom": {"kind": "answer", "text": "答"}}]},
    ],
)
def test_good_action_replies_pass(action: RemoteAction, result: dict[str, Any]) -> None:
    assert action._validate_action_result(result) is True


@pytest.mark.parametrize(
    "result",
    [
        [],
        "text",
        {"events": {}, "responses": []},
        {"events": [], "responses": ["text"]},
        {"events": [{"event": "slot"}], "responses": []},
        {"events": [{"event": "no such event"}], "responses": []},
    ],
)
def test_bad_action_replies_are_refused(action: RemoteAction, result: Any) -> None:
    with pytest.raises(ValidationError):
        action._validate_action_result(result)
    with pytest.raises(ValidationError):
        stock_validate(result)


def stock_validate(result: Any) -> None:
    from jsonschema import validate

    validate(result, RemoteAction.action_response_format_spec())


def test_the_compiled_validator_is_fast(action: RemoteAction) -> None:
    result = {"events": [], "responses": [{"custom": {"kind": "answer", "text": "答"}}]}
    begin = time.perf_counter()
    for _ in range(20):
        action._validate_action_result(result)
    assert (time.perf_counter() - begin) / 20 < 0.002


@pytest.fixture
def _event_table() -> Iterator[None]:
    stock = Event.resolve_by_type
    hardening.use_event_table()
    yield
    Event.resolve_by_type = staticmethod(stock)  # type: ignore[method-assign]


@pytest.mark.usefixtures("_event_table")
def test_events_are_found_as_before() -> None:
    for event_class in all_subclasses(Event):
        assert Event.resolve_by_type(event_class.type_name).type_name == event_class.type_name
    assert Event.resolve_by_type("user") is UserUttered
    assert Event.resolve_by_type("topic") is None
    assert Event.resolve_by_type("no such event", SlotSet) is SlotSet
    with pytest.raises(ValueError, match="no such event"):
        Event.resolve_by_type("no such event")


@pytest.fixture(scope="module")
def agent() -> Agent:
    return Agent.load("models/union.tar.gz")


@pytest.fixture
def _plain_graphs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DaskGraphRunner, "run", DaskGraphRunner.run)  # put back at the end
    hardening.run_graphs_plainly()


@pytest.mark.parametrize("text", ["医疗互助怎么报销", "老板拖了我三个月工资 8千一个月", "不想活了"])
async def test_graphs_give_what_they_gave_before(
    agent: Agent, text: str, request: pytest.FixtureRequest
) -> None:
    assert agent.processor is not None
    stock = await agent.parse_message(text)
    tracker = DialogueStateTracker.from_events(
        "a", [ActionExecuted("action_listen"), UserUttered(text, stock["intent"])]
    )
    chosen = agent.processor.predict_next_with_tracker_if_should(tracker)
    request.getfixturevalue("_plain_graphs")
    # The id of a message is by chance.
    plain = await agent.parse_message(text)
    assert {**plain, "message_id": None} == {**stock, "message_id": None}
    action, prediction = agent.processor.predict_next_with_tracker_if_should(tracker)
    assert action.name() == chosen[0].name()
    assert prediction.probabilities == chosen[1].probabilities


@pytest.mark.usefixtures("_plain_graphs")
async def test_a_component_that_fails_is_named(
    agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise ValueError(SECRET_TEXT)

    monkeypatch.setattr(reader(), "vectors", fail)
    with pytest.raises(GraphComponentException, match="sentence_encoder"):
        await agent.parse_message("年假几天")


def test_a_call_has_the_slots_and_the_latest_message_but_no_events(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name = "_action_call_format"
    monkeypatch.setattr(RemoteAction, name, getattr(RemoteAction, name))  # put back at the end
    hardening.send_no_history()
    domain = Domain.from_dict(
        {"version": "3.1", "slots": {"topic": {"type": "any", "mappings": []}}}
    )
    tracker = DialogueStateTracker.from_events(
        "a", [UserUttered("年假几天"), SlotSet("topic", "年假")], slots=domain.slots
    )
    call = RemoteAction("action_answer", None)._action_call_format(tracker, domain)
    assert call["next_action"] == "action_answer"
    assert call["sender_id"] == "a"
    assert call["tracker"]["slots"]["topic"] == "年假"
    assert call["tracker"]["latest_message"]["text"] == "年假几天"
    assert call["tracker"]["events"] == []


def test_nothing_is_reported_to_third_parties() -> None:
    """In a fresh process, with the set-up functions that Rasa's own start would call."""
    program = """
import os
os.environ.pop("RASA_TELEMETRY_ENABLED", None)
import hardening
import sentry_sdk
from rasa import telemetry
telemetry.initialize_telemetry()
telemetry.initialize_error_reporting()
print(telemetry.is_telemetry_enabled(), sentry_sdk.Hub.current.client)
"""
    output = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout
    assert output.strip() == "False None"


def test_telemetry_cannot_be_switched_on_from_outside() -> None:
    output = subprocess.run(
        [sys.executable, "-c", "import hardening, os; print(os.environ['RASA_TELEMETRY_ENABLED'])"],
        env={**os.environ, "RASA_TELEMETRY_ENABLED": "true"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert output.strip() == "false"


def test_openvino_reports_nothing_and_forks_nothing() -> None:
    program = """
import os
os.register_at_fork(before=lambda: print("fork"))
import hardening
import openvino
from openvino.tools.ovc.telemetry_utils import tm
print(tm.__name__)
"""
    output = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout
    assert output.split() == ["openvino.tools.ovc.telemetry_stub"]


def test_a_training_neither_hashes_nor_keeps_what_its_components_give(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("on_before_node", "on_after_node"):
        monkeypatch.setattr(TrainingHook, name, getattr(TrainingHook, name))  # put back at the end
    hardening.skip_training_cache()
    hook = TrainingHook(cache=None, model_storage=None, pruned_schema=None)
    node = {"node_name": "x", "execution_context": None, "config": {}}
    given = hook.on_before_node(**node, received_inputs={"data": object()})
    hook.on_after_node(**node, output=object(), input_hook_data=given)


@pytest.mark.parametrize(
    ("processor", "core"),
    [
        (
            "vendor_id : GenuineIntel\nflags : fma avx2 avx512f avx512dq avx512bw avx512vl",
            "SkylakeX",
        ),
        ("vendor_id : GenuineIntel\nflags : fma avx2 avx512f", None),
        ("vendor_id : AuthenticAMD\nflags : fma avx2 avx512f avx512dq avx512bw avx512vl", None),
        ("CPU implementer : 0x41", None),
    ],
)
def test_a_processor_newer_than_openblas_is_used(processor: str, core: str | None) -> None:
    assert hardening.newest_known_core(processor) == core


def test_another_choice_of_kernels_is_kept() -> None:
    output = subprocess.run(
        [sys.executable, "-c", "import hardening, os; print(os.environ['OPENBLAS_CORETYPE'])"],
        env={**os.environ, "OPENBLAS_CORETYPE": "Haswell"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert output.strip() == "Haswell"


def test_one_message_does_not_take_all_cores() -> None:
    program = """
import hardening, time
from components.intent_reader import reader
texts = [f"加班费怎么算{number}" for number in range(50)]
reader().vectors(texts.pop())
before, started = time.process_time(), time.perf_counter()
for text in texts:
    reader().vectors(text)
print((time.process_time() - before) / (time.perf_counter() - started))
"""
    output = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout
    assert float(output) < 1.2


@pytest.fixture(scope="module")
async def action_server() -> AsyncIterator[tuple[str, list[Any]]]:
    """An action server and the connections that its calls came over."""
    connections: list[Any] = []

    async def answer(request: web.Request) -> web.Response:
        connections.append(request.transport)
        if request.path == "/fails":
            return web.json_response({"error": await request.text()}, status=500)
        return web.json_response({"events": [], "responses": []})

    app = web.Application()
    app.router.add_post("/webhook", answer)
    app.router.add_post("/fails", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0]
    yield f"http://{host}:{port}", connections
    await runner.cleanup()


async def test_action_calls_share_a_connection(action_server: tuple[str, list[Any]]) -> None:
    url, connections = action_server
    endpoint = KeepAliveEndpoint.of(EndpointConfig(f"{url}/webhook", enable_selective_domain=True))
    for _ in range(3):
        assert await endpoint.request(json={}) == {"events": [], "responses": []}
    assert len(set(map(id, connections[-3:]))) == 1
    assert endpoint.kwargs == {"enable_selective_domain": True}
    await endpoint.close()


async def test_an_action_is_called_while_the_next_message_is_read(
    agent: Agent, action_server: tuple[str, list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    stock = MessageProcessor.parse_message
    monkeypatch.setattr(MessageProcessor, "parse_message", stock)  # put back at the end
    hardening.read_in_a_thread()
    read = MessageProcessor._parse_message_with_graph
    is_answered, waited = threading.Event(), []

    def read_second_when_first_is_answered(
        processor: MessageProcessor, message: UserMessage, *args: Any
    ) -> dict[str, Any]:
        if message.text == "体检带什么":
            waited.append(is_answered.wait(10))
        return read(processor, message, *args)

    name = "_parse_message_with_graph"
    monkeypatch.setattr(MessageProcessor, name, read_second_when_first_is_answered)
    endpoint = KeepAliveEndpoint.of(EndpointConfig(f"{action_server[0]}/webhook"))

    async def turn(text: str) -> None:
        await agent.parse_message(text)
        await endpoint.request(json={})
        is_answered.set()

    await asyncio.gather(turn("体检几点开始"), turn("体检带什么"))
    assert waited == [True]
    await endpoint.close()


async def test_who_gives_up_waiting_holds_nobody_up(
    agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    stock = MessageProcessor.parse_message
    monkeypatch.setattr(MessageProcessor, "parse_message", stock)  # put back at the end
    hardening.read_in_a_thread()
    texts = ["体检几点开始", "体检要空腹吗", "体检带什么"]
    first, second, third = (asyncio.create_task(agent.parse_message(text)) for text in texts)
    await asyncio.sleep(0)
    second.cancel()
    for task, text in ((first, texts[0]), (third, texts[2])):
        assert (await task)["text"] == text
    assert second.cancelled()


def test_what_is_no_longer_copied_is_only_logged() -> None:
    for module in (processor, rule_policy):
        tree = ast.parse(inspect.getsource(module))
        logged = [
            node
            for line in ast.walk(tree)
            if isinstance(line, ast.Call) and ast.unparse(line.func) == "structlogger.debug"
            for node in ast.walk(line)
        ]
        copies = [
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and ast.unparse(node).startswith("copy.")
        ]
        assert copies
        assert all(node in logged and node.attr == "deepcopy" for node in copies)


async def test_a_turn_without_copies_is_the_same(
    agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def turn() -> list[dict[str, Any]]:
        known = await agent.processor.get_tracker(str(uuid4()))
        await agent.processor._handle_message_with_tracker(
            UserMessage("体检几点开始", message_id="1"), known
        )
        rules = PolicyPrediction([1.0], "rules")
        events = [SlotSet("failed_turns", 1.0)]
        agent.processor._log_action_on_tracker(known, ActionListen(), events, rules)
        changing = ("timestamp",)
        return [
            {name: value for name, value in event.as_dict().items() if name not in changing}
            for event in known.events
        ]

    before = await turn()
    for name in ("processor", "policies.rule_policy"):
        monkeypatch.setattr(f"rasa.core.{name}.copy", copy)  # put back at the end
    monkeypatch.setattr(MessageProcessor, "_log_slots", MessageProcessor._log_slots)
    hardening.copy_nothing_for_the_log()
    assert await turn() == before


async def test_a_closed_endpoint_can_be_used_again(action_server: tuple[str, list[Any]]) -> None:
    url, _ = action_server
    endpoint = KeepAliveEndpoint.of(EndpointConfig(f"{url}/webhook"))
    await endpoint.close()
    assert await endpoint.request(json={}) is not None
    await endpoint.close()
    assert await endpoint.request(json={}) is not None
    await endpoint.close()


async def test_failures_of_the_action_server_come_through(
    action_server: tuple[str, list[Any]],
) -> None:
    url, _ = action_server
    endpoint = KeepAliveEndpoint.of(EndpointConfig(f"{url}/fails"))
    with pytest.raises(ClientResponseError):
        await endpoint.request(json={"text": SECRET_TEXT})
    await endpoint.close()


def test_logged_exceptions_do_not_quote() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(DiscreetFormatter())
    logger = logging.Logger("test")
    logger.addHandler(handler)
    try:
        try:
            raise ValueError(SECRET_TEXT)
        except ValueError as error:
            raise RuntimeError(f"because of {SECRET_TEXT}") from error
    except RuntimeError:
        logger.exception("A turn failed.")
    log = stream.getvalue()
    assert SECRET_TEXT not in log
    assert "A turn failed." in log
    assert log.index("ValueError") < log.index("RuntimeError")
    assert "test_logged_exceptions_do_not_quote" in log


def test_structured_logs_carry_no_values(capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        hardening.configure_logging()
        structlogger = structlog.get_logger("rasa.test")
        structlogger.warning("message.parsing.failed", user_text=SECRET_TEXT)
        structlogger.debug("processor.message.parse", parse_data_text=SECRET_TEXT)
    finally:
        root.handlers[:], root.level = handlers, level
        structlog.reset_defaults()
    log = capsys.readouterr().err
    assert SECRET_TEXT not in log
    assert "message.parsing.failed" in log
    assert "processor.message.parse" not in log
