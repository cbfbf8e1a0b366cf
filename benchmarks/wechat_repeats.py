"""Every message is delivered four times, in any order, while the gateway is killed twice."""

import asyncio
import itertools
import json
import os
import random
import signal
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from api.channels.wechat import xml
from api.channels.wechat.incoming import read
from api.channels.wechat.simulator import Follower, Outcome, SimulatedAccount, Simulator
from api.channels.wechat.simulator.messages import Push
from benchmarks import wechat_record
from benchmarks.product import process_ids
from benchmarks.wechat_product import running
from benchmarks.wechat_traffic import acts
from scripts.ephemeral import EphemeralProduct

_SEED: Final = 20261126
_MESSAGES: Final = 2500
_TIMES: Final = 4
_FOLLOWERS: Final = 500
_RATE: Final = 80
"""Deliveries a second at most: what the bot can answer, so that turns are real ones."""
_AT_ONCE: Final = 40
"""So many wait for a gateway that is down, the others behind them."""
_WITHIN: Final = 400
"""Copies of a message are at most so many deliveries apart."""
_KILLS_AT: Final = (1 / 3, 2 / 3)
_AGAIN_AFTER_S: Final = 0.5
_GIVE_UP_S: Final = 60
_DRAINED_WITHIN_S: Final = 180
_TURNS: Final = """
    SELECT i.dedupe_key, i.handled_at IS NOT NULL, q.id, q.handled_at IS NOT NULL
    FROM wechat_inbox i LEFT JOIN messages q ON q.client_message_id = 'wechat ' || i.id
"""
_SAID: Final = """
    SELECT in_reply_to, text FROM messages WHERE in_reply_to IS NOT NULL
"""
_HEARD: Final = "SELECT data FROM event WHERE type = 'user'"


@dataclass(frozen=True, slots=True)
class Repeats:
    """What came of it. ``unanswered``: further deliveries, by how they ended: they found no
    gateway, lost it, or had no answer in 5 s.

    ``lost``: acknowledged, but without a completed turn. ``stored_twice``, ``answered_twice``,
    ``heard_twice``: messages that are in the record twice, that have the same reply twice, that
    the bot's own record has twice.
    """

    messages: int
    deliveries: int
    kills: int
    answered: dict[str, int]
    unanswered: dict[str, int]
    turns: int
    never_acknowledged: int
    lost: int
    stored_twice: int
    answered_twice: int
    heard_twice: int

    @property
    def is_clean(self) -> bool:
        """Whether every message had exactly one turn, over all deliveries and restarts."""
        wrong = self.never_acknowledged + self.lost
        wrong += self.stored_twice + self.answered_twice + self.heard_twice
        is_whole = self.deliveries == _TIMES * self.messages and self.kills == len(_KILLS_AT)
        return is_whole and self.turns == self.messages and wrong == 0


@dataclass(slots=True)
class _Mail:
    """A message that is delivered several times."""

    follower: Follower
    push: Push
    key: str
    is_acknowledged: bool = False


@dataclass(slots=True)
class _Tally:
    answered: Counter[str] = field(default_factory=Counter)
    unanswered: Counter[str] = field(default_factory=Counter)
    kills: int = 0


async def measure(data: Path) -> Repeats:
    """Deliver, kill, and read the records."""
    async with Simulator(account=SimulatedAccount()) as simulator:
        product = EphemeralProduct.at(data, **simulator.settings_env(), UNION_LOG_LEVEL="WARNING")
        async with running(product, data):
            simulator.gateway_url = product.gateway
            mail = _mail(simulator)
            tally = await _deliver_all(mail, product)
            await wechat_record.drained(data / "gateway.db", within_s=_DRAINED_WITHIN_S)
    return _report(mail, tally, data)


def _mail(simulator: Simulator) -> list[_Mail]:
    """Different messages; two clicks on one entry in the same second would be one event."""
    followers = itertools.cycle([simulator.follower() for _ in range(_FOLLOWERS)])
    mail: dict[str, _Mail] = {}
    for follower, act in zip(followers, acts(_SEED), strict=False):
        push = act.push(follower)
        key = read(xml.parse(push.xml)).dedupe_key
        mail.setdefault(key, _Mail(follower, push, key))
        if len(mail) == _MESSAGES:
            break
    return list(mail.values())


def _shuffled(mail: Sequence[_Mail]) -> list[_Mail]:
    """Every message several times, its copies near each other."""
    chance = random.Random(_SEED)  # noqa: S311 - not for secrets
    copies = list(itertools.chain.from_iterable(itertools.repeat(each, _TIMES) for each in mail))
    places = {index: index + chance.uniform(0, _WITHIN) for index in range(len(copies))}
    return [copies[index] for index in sorted(places, key=places.__getitem__)]


async def _deliver_all(mail: Sequence[_Mail], product: EphemeralProduct) -> _Tally:
    tally, order = _Tally(), _shuffled(mail)
    kills = {round(len(order) * share) for share in _KILLS_AT}
    slots = asyncio.Semaphore(_AT_ONCE)
    async with asyncio.TaskGroup() as tasks:
        for number, each in enumerate(order):
            await asyncio.sleep(1 / _RATE)
            await slots.acquire()
            if number in kills:
                os.kill(process_ids(product)["gateway"], signal.SIGKILL)
                tally.kills += 1
            tasks.create_task(_deliver(each, tally, slots))
    return tally


async def _deliver(mail: _Mail, tally: _Tally, slots: asyncio.Semaphore) -> None:
    """One delivery, again and again until it is answered. Gives its slot back."""
    loop = asyncio.get_running_loop()
    give_up_at = loop.time() + _GIVE_UP_S
    try:
        while loop.time() < give_up_at:
            (attempt,) = await mail.follower.deliver(mail.push, times=1)
            if attempt.outcome in (Outcome.REPLIED, Outcome.ACKNOWLEDGED):
                tally.answered[attempt.outcome] += 1
                mail.is_acknowledged = True
                return
            tally.unanswered[attempt.outcome] += 1
            await asyncio.sleep(_AGAIN_AFTER_S)
    finally:
        slots.release()


def _report(mail: Sequence[_Mail], tally: _Tally, data: Path) -> Repeats:
    stored, completed = Counter[str](), set[str]()
    with wechat_record.reading(data / "gateway.db") as connection:
        for key, is_settled, message_id, is_handled in connection.execute(_TURNS):
            stored[key] += message_id is not None
            if is_settled and is_handled:
                completed.add(key)
        said = Counter(connection.execute(_SAID))
    with wechat_record.reading(data / "tracker.db") as connection:
        events = (json.loads(event) for (event,) in connection.execute(_HEARD))
        heard = Counter(event["message_id"] for event in events)
    acknowledged = {each.key for each in mail if each.is_acknowledged}
    return Repeats(
        messages=len(mail),
        deliveries=tally.answered.total(),
        kills=tally.kills,
        answered={str(outcome): count for outcome, count in tally.answered.items()},
        unanswered={str(outcome): count for outcome, count in tally.unanswered.items()},
        turns=len(completed),
        never_acknowledged=len(mail) - len(acknowledged),
        lost=len(acknowledged - completed),
        stored_twice=sum(count > 1 for count in stored.values()),
        answered_twice=len({question for (question, _), count in said.items() if count > 1}),
        heard_twice=sum(count > 1 for count in heard.values()),
    )
