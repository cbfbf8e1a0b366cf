"""Made-up requests for one documented operation, and what is wrong with the answers."""

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode, Response
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.error_codes import ErrorCode
from api.security.access_table import ACCESS, Caller
from api.staff.permissions import may
from tests.security.fuzzing.world import AnyCase, Credentials, Operation, Who, World

SEED: Final = 20261126
_REAL = 0.85
"""The part of parameters that get a value that exists."""
_TURNED_AWAY = {401, 403}
_CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
_MAX_PROBLEMS = 3


@dataclass
class Findings:
    """Answers by status, and the first problems in words."""

    statuses: Counter[int] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)

    @property
    def cases(self) -> int:
        return self.statuses.total()

    def problem_with_access(self, *, is_let_in: bool) -> str | None:
        """What the access table does not allow, in words."""
        seen = self.statuses.keys()
        if is_let_in and seen <= _TURNED_AWAY:
            return f"turned away: {dict(self.statuses)}"
        # A body that is no JSON is refused before anybody asks who sent it.
        if not is_let_in and not seen <= _TURNED_AWAY | {400, 404}:
            return f"let in: {dict(self.statuses)}"
        return None


def fuzz(world: World, operation: Operation, who: Who, examples: int) -> Findings:
    """Send so many requests, half of them as documented and half of them not."""
    findings = Findings()
    for mode in GenerationMode:
        # A route without parameters has nothing to get wrong.
        if mode is GenerationMode.NEGATIVE and not _takes_something(operation):
            continue
        _send(world, operation, who, mode, max(1, examples // 2), findings)
    return findings


def is_let_in(who: Who, operation: Operation) -> bool:
    """Whether the access table opens the operation to them."""
    access = ACCESS[operation.method.upper(), operation.path]
    match access.caller:
        case Caller.PUBLIC | Caller.OPERATOR:
            return True
        case Caller.WORKER_TOKEN:
            return who is Who.WORKER
        case Caller.STAFF if who.role is not None:
            return access.permission is None or may(who.role, access.permission)
        case _:
            return False


def _takes_something(operation: Operation) -> bool:
    return bool(operation.body or operation.query or operation.path_parameters)


def _send(
    world: World,
    operation: Operation,
    who: Who,
    mode: GenerationMode,
    examples: int,
    findings: Findings,
) -> None:
    chance = random.Random(f"{SEED} {operation.label} {who} {mode}")  # noqa: S311
    caller, ids = world.caller(who), world.ids()
    access = ACCESS[operation.method.upper(), operation.path].caller
    is_own = access in (Caller.WORKER_TOKEN, Caller.STAFF) and is_let_in(who, operation)

    # Nothing is shrunk: the gateway remembers, and a request never means the same twice.
    @seed(SEED)
    @settings(
        max_examples=examples,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def run(case: AnyCase) -> None:
        nonlocal caller
        _make_real(case, caller, ids, chance)
        response = case.call(headers=dict(caller.headers))
        if is_own and _is_used_up(case, response):
            caller = world.another(who)
            _make_real(case, caller, ids, chance)
            response = case.call(headers=dict(caller.headers))
        findings.statuses[int(response.status_code)] += 1
        for problem in _problems(case, response):
            if len(findings.problems) < _MAX_PROBLEMS:
                findings.problems.append(f"{operation.label} as {who}: {problem}")

    run()


def _is_used_up(case: AnyCase, response: Response) -> bool:
    """Whether a request before may have ended the login, erased the conversation, or settled the
    case that one had."""
    settled = response.status_code == 409 and "conversation_id" in case.path_parameters
    return response.status_code == 401 or settled


def _make_real(
    case: AnyCase, caller: Credentials, ids: Mapping[str, list[str]], chance: random.Random
) -> None:
    for part in (case.path_parameters, case.body):
        if not isinstance(part, dict):
            continue
        for name in part:
            if chance.random() > _REAL:
                continue
            if name in caller.own:
                part[name] = caller.own[name]
            elif ids.get(name):
                part[name] = chance.choice(ids[name])


def _problems(case: AnyCase, response: Response) -> Iterator[str]:
    try:
        case.validate_response(response, checks=_CHECKS)
    except FailureGroup as group:
        yield f"{group}"
    if response.headers.get("x-content-type-options") != ["nosniff"]:
        yield "no nosniff"
    if response.status_code >= 400 and not _has_the_one_shape(response):
        yield f"{response.status_code} in another shape: {response.text[:200]}"


def _has_the_one_shape(response: Response) -> bool:
    """``{"error": {"code", "message", "request_id"}}``, in words (design §4.1)."""
    try:
        body: Any = response.json()
        error = body["error"]
        return (
            body.keys() == {"error"}
            and error.keys() == {"code", "message", "request_id"}
            and error["code"] in set(ErrorCode)
            and not error["message"].isascii()
            and [error["request_id"]] == response.headers["x-request-id"]
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return False
