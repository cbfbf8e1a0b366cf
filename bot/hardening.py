"""Known traps of Rasa 3.6.21, closed in one place.

Rasa 3.6.21 is the last open-source release, so nothing of this will be fixed upstream. The
tests pin the version; a change of it must look at every function here again.
"""

import asyncio
import copy
import json
import logging
import os
import sys
import traceback
import warnings
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from graphlib import TopologicalSorter
from pathlib import Path
from types import TracebackType
from typing import Any, Final
from weakref import WeakKeyDictionary

os.environ["RASA_TELEMETRY_ENABLED"] = "false"
# Each import of OpenVINO reports to Google from a forked copy of the process, which inherits the
# server's way with signals and so stays, with 300 MB, where the internet cannot be reached.
# OpenVINO has a stub for where the package is missing; None in its place makes it so.
sys.modules["openvino_telemetry"] = None
# TensorFlow and SQLAlchemy greet each start with pages that bury what matters.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
# One message is too small to share between cores. Threads that wait for each other spin, and take
# the cores from gateway and actions: 63 ms of processor time a turn instead of 20.
for _threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_threads, "1")


def newest_known_core(processor: str) -> str | None:
    """The kernels that the pinned OpenBLAS shall use on a processor, ``None`` for its own choice.

    OpenBLAS 0.3.18 and 0.3.20 know no Intel server newer than Sapphire Rapids, and compute on it
    as on a Prescott of 2004: an eighth of the speed in training. So any with AVX-512 gets the
    kernels for the first of them, which differ little from the later ones'.

    Args:
        processor: what Linux tells of it in ``/proc/cpuinfo``.
    """
    words = set(processor.split())
    if "GenuineIntel" in words and {"avx512f", "avx512dq", "avx512bw", "avx512vl"} <= words:
        return "SkylakeX"
    return None


_processor = Path("/proc/cpuinfo")
if _processor.is_file() and (_core := newest_known_core(_processor.read_text(encoding="utf-8"))):
    os.environ.setdefault("OPENBLAS_CORETYPE", _core)
# They speak to the authors of the pinned packages, of which no newer ones will come.
warnings.filterwarnings("ignore", category=DeprecationWarning)

import aiohttp  # noqa: E402
import jieba  # noqa: E402
import structlog  # noqa: E402
from jsonschema import Draft202012Validator, ValidationError  # noqa: E402
from rasa.core import processor as processor_module  # noqa: E402
from rasa.core.actions.action import RemoteAction  # noqa: E402
from rasa.core.channels.channel import UserMessage  # noqa: E402
from rasa.core.policies import rule_policy as rule_policy_module  # noqa: E402
from rasa.core.processor import MessageProcessor  # noqa: E402
from rasa.engine.exceptions import GraphRunError  # noqa: E402
from rasa.engine.runner.dask import DaskGraphRunner  # noqa: E402
from rasa.engine.training.hooks import TrainingHook  # noqa: E402
from rasa.shared.core.domain import Domain  # noqa: E402
from rasa.shared.core.events import Event  # noqa: E402
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity  # noqa: E402
from rasa.shared.utils.common import all_subclasses  # noqa: E402
from rasa.utils.endpoints import EndpointConfig  # noqa: E402

ACTION_TIMEOUT_SECONDS: Final = 20.0
"""How long an action may take. Stock: 300 s, in which the worker's next message waits."""

_STANDARD: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}
_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def use_compiled_validator() -> None:
    """Check action replies with validators that are built once, one for each kind of event.

    Stock Rasa calls ``jsonschema.validate``, which checks the constant schema against its
    meta-schema each time: 20 to 36 ms on the event loop for each action call. Then it compares each
    event with all 23 kinds: 0.4 ms, where its own kind takes 0.03.
    """
    schema = copy.deepcopy(RemoteAction.action_response_format_spec())
    kinds = {
        kind["properties"]["event"]["const"]: Draft202012Validator(kind)
        for kind in schema["properties"]["events"]["items"].pop("oneOf")
    }
    reply = Draft202012Validator(schema)

    def validate_action_result(_action: RemoteAction, result: dict[str, Any]) -> bool:
        reply.validate(result)
        for event in result.get("events", []):
            if event["event"] not in kinds:
                raise ValidationError("an event of no known kind")
            kinds[event["event"]].validate(event)
        return True

    RemoteAction._validate_action_result = validate_action_result


def skip_training_cache() -> None:
    """Train without Rasa's cache of what each component gave.

    A forced training reads none of it. Stock Rasa still hashes all examples before and after each
    component: a quarter of the time with 15,000 of them.
    """

    def on_before_node(_hook: TrainingHook, **_kwargs: Any) -> dict[str, Any]:
        return {}

    def on_after_node(_hook: TrainingHook, **_kwargs: Any) -> None:
        return None

    TrainingHook.on_before_node = on_before_node
    TrainingHook.on_after_node = on_after_node


def use_event_table() -> None:
    """Find the class of a stored event in a table.

    Stock Rasa walks the tree of all event classes for each event of each tracker it reads: a
    quarter of the time of a turn with 20 turns of history.
    """
    stock = Event.resolve_by_type
    table: dict[str, type[Event]] = {}
    for event_class in all_subclasses(Event):
        table.setdefault(event_class.type_name, event_class)

    def resolve_by_type(type_name: str, default: type[Event] | None = None) -> type[Event] | None:
        return table.get(type_name) or stock(type_name, default)

    Event.resolve_by_type = staticmethod(resolve_by_type)


def run_graphs_plainly() -> None:
    """Run the components one after another.

    Stock Rasa hands each message to Dask's scheduler, which plans the same fifteen calls anew each
    time, for threads that there are not.
    """

    def run(
        runner: DaskGraphRunner,
        inputs: dict[str, Any] | None = None,
        targets: list[str] | None = None,
    ) -> dict[str, Any]:
        schema = runner._graph_schema
        wanted = tuple(targets or schema.target_names)
        if wanted not in orders.setdefault(runner, {}):
            nodes = schema.minimal_graph_schema(list(wanted)).nodes
            needs = {name: set(node.needs.values()) & nodes.keys() for name, node in nodes.items()}
            orders[runner][wanted] = [
                (name, tuple(nodes[name].needs.values()))
                for name in TopologicalSorter(needs).static_order()
            ]
        # A component gets what others gave together with their names, or the name alone of what was
        # not asked for.
        given: dict[str, Any] = {name: (name, each) for name, each in (inputs or {}).items()}
        try:
            for name, needed in orders[runner][wanted]:
                given[name] = runner._instantiated_nodes[name](
                    *(given.get(each, each) for each in needed)
                )
        except RuntimeError as error:
            raise GraphRunError("Error running runner.") from error
        return dict(given[name] for name in wanted)

    orders = WeakKeyDictionary[
        DaskGraphRunner, dict[tuple[str, ...], list[tuple[str, tuple[str, ...]]]]
    ]()
    DaskGraphRunner.run = run


def read_in_a_thread() -> None:
    """Read messages in a thread of their own, one after the other.

    Stock Rasa reads in the event loop, and reading keeps it for a dozen milliseconds: all messages
    that have come are read before the action of the first one is called, since the call is sent in
    a later round of the loop. So the first worker waited for the last, and the cores for each
    other. Left out is what this bot has no use for: retrieval intents, an interpreter elsewhere,
    and the look for intents that the domain lacks, for which an empty domain is built each time.
    """

    async def parse_message(
        processor: MessageProcessor,
        message: UserMessage,
        tracker: DialogueStateTracker | None = None,
        only_output_properties: bool = True,
    ) -> dict[str, Any]:
        known = tracker or DialogueStateTracker.from_events(message.sender_id, [])
        parsed: dict[str, Any] = await asyncio.get_running_loop().run_in_executor(
            thread, processor._parse_message_with_graph, message, known, only_output_properties
        )
        return parsed

    thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="reading")
    MessageProcessor.parse_message = parse_message


def copy_nothing_for_the_log() -> None:
    """Spare what is only done for debug lines.

    Stock Rasa copies events, slots and states deeply for each of them, though no line of that level
    is written.
    """
    for module in (processor_module, rule_policy_module):
        module.copy = _Uncopied
    MessageProcessor._log_slots = staticmethod(lambda _tracker: None)


class _Uncopied:
    """In place of the module ``copy``."""

    @staticmethod
    def deepcopy(it: Any) -> Any:
        """Give it as it is."""
        return it


def send_no_history() -> None:
    """Call actions without the events of the conversation.

    Stock Rasa writes all of them into each call, so that a turn costs the more the longer the
    conversation. Our actions know it by its slots.
    """
    stock = RemoteAction._action_call_format

    def action_call_format(
        action: RemoteAction, tracker: DialogueStateTracker, domain: Domain
    ) -> dict[str, Any]:
        without: Any = _WithoutHistory(tracker)
        return stock(action, without, domain)

    RemoteAction._action_call_format = action_call_format


class _WithoutHistory:
    """What a call is made from, of a tracker."""

    def __init__(self, tracker: DialogueStateTracker) -> None:
        self.sender_id = tracker.sender_id
        self._tracker = tracker

    def current_state(self, _verbosity: EventVerbosity) -> dict[str, Any]:
        return {**self._tracker.current_state(), "events": []}


class KeepAliveEndpoint(EndpointConfig):
    """The action server's address, with one HTTP session for the life of the process.

    Stock Rasa opens a session and a connection for each action call.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._session: aiohttp.ClientSession | None = None

    @classmethod
    def of(cls, endpoint: EndpointConfig) -> "KeepAliveEndpoint":
        """The same endpoint, kept alive."""
        return cls(
            endpoint.url,
            endpoint.params,
            endpoint.headers,
            endpoint.basic_auth,
            endpoint.token,
            endpoint.token_name,
            endpoint.cafile,
            **endpoint.kwargs,
        )

    def session(self) -> "_SharedSession":
        """The shared session, in the ``async with`` form that Rasa expects."""
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                headers=self.headers,
                timeout=aiohttp.ClientTimeout(total=ACTION_TIMEOUT_SECONDS),
            )
        return _SharedSession(self._session)

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()


class _SharedSession:
    """Hands out a session and leaves it open."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def __aenter__(self) -> aiohttp.ClientSession:
        return self._session

    async def __aexit__(self, *exc_info: object) -> None:
        return None


class DiscreetFormatter(logging.Formatter):
    """Renders a record and its ``extra`` fields as one line of JSON, exceptions without messages.

    Messages of exceptions quote replies of the action server and with them the worker.
    """

    def format(self, record: logging.LogRecord) -> str:
        """One line of JSON."""
        at = datetime.fromtimestamp(record.created, timezone.utc)
        line: dict[str, object] = {
            "time": at.isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        line.update((key, value) for key, value in vars(record).items() if key not in _STANDARD)
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)

    def formatException(self, ei: _ExcInfo) -> str:  # noqa: N802 (name of the base class)
        """Format the chain of exceptions, the cause first, without their messages."""
        chain: list[BaseException] = []
        error = ei[1]
        while error is not None and error not in chain:
            chain.append(error)
            error = error.__cause__ or error.__context__
        return "\n".join(
            "".join(traceback.format_tb(error.__traceback__)) + type(error).__qualname__
            for error in reversed(chain)
        )


def configure_logging(level: int = logging.WARNING) -> None:
    """Log from ``level`` on, and one line for each turn, to standard error, never a worker's text.

    Rasa's structured logger carries texts, slots and local variables as values; only the name
    of the event is kept.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(DiscreetFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.getLogger("channels").setLevel(logging.INFO)
    logging.getLogger("rasa").setLevel(level)
    # Both bring handlers of their own.
    jieba.setLogLevel(level)
    logging.getLogger("tensorflow").handlers.clear()
    # Each start would warn that slots are no longer filled by themselves.
    warnings.filterwarnings("ignore", message="Slot auto-fill has been removed")
    structlog.configure(
        processors=[_render_event_name],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def _render_event_name(_logger: Any, _method: str, event: "structlog.typing.EventDict") -> str:
    return str(event["event"])
