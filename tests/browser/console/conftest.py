"""Staff at their desks, and workers who need them, on one gateway."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
from playwright.sync_api import BrowserContext

from api.staff.accounts import Accounts
from api.staff.passwords import Passwords
from api.storage.models import Role, Staff
from tests.api import fake_rasa
from tests.browser import replies
from tests.browser.conftest import DESKTOP, PHONE, Opening
from tests.browser.console.desk import PASSWORD, Desk
from tests.browser.stage import Reply, Stage
from tests.browser.widget import Widget

LI, CHEN, ZHOU = "li.min", "chen.li", "zhou.ning"
_PEOPLE = {
    LI: ("李敏", Role.AGENT),
    CHEN: ("陈立", Role.LEGAL),
    ZHOU: ("周宁", Role.ADMINISTRATOR),
}
_numbers = count(1)


@pytest.fixture(scope="package")
def staff(stage: Stage) -> dict[str, Staff]:
    """Accounts with passwords, by username."""

    async def hire() -> dict[str, Staff]:
        accounts = Accounts(stage.app.state.database, Passwords())
        return {
            username: await accounts.create(username, name, role, PASSWORD)
            for username, (name, role) in _PEOPLE.items()
        }

    return stage.run(hire())


SignIn = Callable[..., Desk]


@pytest.fixture
def sign_in(
    stage: Stage, staff: dict[str, Staff], context_of: Callable[..., BrowserContext]
) -> Iterator[SignIn]:
    """Somebody at a desk, in a browser of their own; at the end no page has failed."""
    desks: list[Desk] = []

    def new(username: str, *, base: str = "", **options: Any) -> Desk:
        options = {"viewport": DESKTOP, "reduced_motion": "reduce", **options}
        desk = Desk(context_of(**options).new_page(), base or stage.url)
        desks.append(desk)
        return desk.sign_in(username)

    yield new
    assert [desk.problems for desk in desks if desk.problems] == []


@dataclass
class Case:
    """A worker who waits. ``employer``: of this case alone, by which the desk finds it."""

    worker: Widget
    employer: str
    id: str


NewCase = Callable[..., Case]


@pytest.fixture
def new_case(stage: Stage, open_page: Opening) -> NewCase:
    """Somebody asks in the window, and is handed over."""

    def new(
        said: str = "老板三个月没发工资", *, employer: str = "", summary: str = "三个月没发工资"
    ) -> Case:
        employer = employer or f"第{next(_numbers)}电子厂"
        stage.bot_says("加班费怎么算", answer())
        stage.bot_says(said, handoff(employer, summary))
        worker = open_page(viewport=PHONE).ready()
        worker.say("加班费怎么算").sees("不低于工资的")
        worker.say(said).sees("已经转给服务中心的同事")
        return Case(worker, employer, stage.latest_id)

    return new


def answer() -> Reply:
    """With the search behind it, whose passages go to the desk."""
    (hit,) = fake_rasa.ANSWER["trace"]["hits"]
    trace = fake_rasa.ANSWER["trace"] | {"hits": [hit | {"article_id": "overtime-all-in-wage"}]}
    return replies.ANSWER | {"trace": trace}


def handoff(employer: str, summary: str) -> Reply:
    """More urgent than what other tests leave in the queue."""
    request = replies.HANDOFF["handoff"] | {
        "priority": 2,
        "summary": summary,
        "case_facts": {"employer": employer, "amount": "两万", "people": "十二人"},
    }
    return replies.HANDOFF | {"handoff": request}
