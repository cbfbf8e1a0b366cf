import pytest
import yaml
from pydantic import ValidationError

from actions.clarify import (
    CLARIFICATIONS_FILE,
    Clarification,
    Option,
    clarification_for,
    clarifications,
)
from actions.turn import fold
from knowledge_base.corpus import Corpus, load_corpus
from knowledge_base.facts import load_facts
from tests.actions.conftest import hit

MATTERS = list(clarifications().values())
OPTIONS = [(matter, option) for matter in MATTERS for option in matter.options]
TRIGGERS = [(matter, text) for matter in MATTERS for text in matter.triggers]
GENERAL = [(matter, text) for matter in MATTERS for text in matter.general]
EXAMPLE = yaml.safe_load(
    """
    id: leave
    articles: [annual-leave-days]
    when: 我.*年假
    unless: 十年
    rule: 看工龄。
    question: 几年了？
    options:
      - {title: 不满一年, says: 不满, answer: 没有。}
      - {title: 满一年了, says: '(?<!不)满', answer: 5天。}
    facts: [NX01]
    triggers: [我有年假吗, 我年假几天, 我要休年假]
    general: [年假几天, 年假怎么算]
    """
)


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return load_corpus()


@pytest.fixture
def leave() -> Clarification:
    return Clarification.model_validate(EXAMPLE)


def test_there_are_matters_and_no_id_stands_twice() -> None:
    entries = yaml.safe_load(CLARIFICATIONS_FILE.read_text(encoding="utf-8"))
    assert len(entries) == len(MATTERS) > 40


@pytest.mark.parametrize(("matter", "text"), TRIGGERS)
def test_every_trigger_is_asked_back(matter: Clarification, text: str) -> None:
    assert matter.asks_about(fold(text))


@pytest.mark.parametrize(("matter", "text"), TRIGGERS)
def test_no_matter_takes_the_trigger_of_another_on_the_same_article(
    matter: Clarification, text: str
) -> None:
    hits = [hit(id=article) for article in matter.articles]
    assert clarification_for(fold(text), hits) is matter


@pytest.mark.parametrize(("matter", "text"), GENERAL)
def test_no_question_for_the_rule_is_asked_back(matter: Clarification, text: str) -> None:
    hits = [hit(id=article) for article in matter.articles]
    assert not matter.asks_about(fold(text))
    assert clarification_for(fold(text), hits) is None


@pytest.mark.parametrize(("matter", "option"), OPTIONS)
def test_every_title_is_a_reply_for_its_own_option_alone(
    matter: Clarification, option: Option
) -> None:
    title = fold(option.title)
    assert [each.title for each in matter.options if each.says.search(title)] == [option.title]
    assert matter.option(title) is option


@pytest.mark.parametrize(("matter", "option"), OPTIONS)
def test_no_title_is_a_case_to_ask_back_about_itself(matter: Clarification, option: Option) -> None:
    assert not matter.asks_about(fold(option.title))


@pytest.mark.parametrize("matter", MATTERS, ids=lambda matter: matter.id)
def test_every_matter_has_its_articles_and_facts(matter: Clarification, corpus: Corpus) -> None:
    assert set(matter.articles) <= set(corpus.articles)
    assert set(matter.facts) <= set(load_facts())


@pytest.mark.parametrize(
    ("text", "asks"),
    [("我有年假吗", True), ("年假几天", False), ("我十年工龄年假几天", False), ("", False)],
)
def test_a_case_of_ones_own_is_asked_about_unless_the_fact_is_told(
    leave: Clarification, text: str, asks: bool
) -> None:
    assert leave.asks_about(text) is asks


def test_without_a_deciding_fact_every_case_is_asked_about() -> None:
    assert Clarification.model_validate({**EXAMPLE, "unless": None}).asks_about("我十年年假")


@pytest.mark.parametrize(
    ("reply", "title"),
    [
        ("不满一年", "不满一年"),
        (" 满一年了 ", "满一年了"),
        ("还不满呢", "不满一年"),
        ("早满了", "满一年了"),
        ("不满还是满啊", None),
        ("你猜", None),
        ("", None),
    ],
)
def test_a_reply_is_for_one_option_or_none(
    leave: Clarification, reply: str, title: str | None
) -> None:
    option = leave.option(reply)
    assert (option.title if option else None) == title


def test_only_what_the_search_found_is_asked_back() -> None:
    text = fold("我今年有几天年假啊")
    assert clarification_for(text, [hit(id="wage-arrears")]) is None
    assert clarification_for(text, []) is None


def test_an_article_far_down_is_not_asked_back() -> None:
    text = fold("我今年有几天年假啊")
    others = [hit(id=f"other-{number}") for number in range(5)]
    assert clarification_for(text, [*others, hit(id="annual-leave-days")]) is None
    assert clarification_for(text, [*others[1:], hit(id="annual-leave-days")]) is not None


@pytest.mark.parametrize(
    "changes",
    [
        {"articles": []},
        {"facts": []},
        {"options": EXAMPLE["options"][:1]},
        {"options": EXAMPLE["options"] * 3},
        {"triggers": []},
        {"general": []},
        {"when": "("},
        {"colour": "red"},
    ],
)
def test_an_entry_that_lacks_something_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match=next(iter(changes))):
        Clarification.model_validate({**EXAMPLE, **changes})
