import yaml

from benchmarks.stories import STORIES, Figures, measure
from knowledge_base.evaluation.questions import LabelledQuestion

QUESTIONS = [
    LabelledQuestion(id="a", question="年假几天", answers=("leave",)),
    LabelledQuestion(id="b", question="互助怎么报", answers=("aid",)),
    LabelledQuestion(id="c", question="体检在哪", answers=("check",)),
    LabelledQuestion(id="d", question="养老怎么算", answers=("pension",)),
    LabelledQuestion(id="e", question="股票涨了没", answers=()),
    LabelledQuestion(id="f", question="几点了", answers=()),
]


def test_what_is_found_and_answered_is_counted() -> None:
    found = {
        "你好,年假几天": ("leave", True),
        "你好,互助怎么报": ("aid", False),
        "你好,体检在哪": ("leave", True),
        "你好,股票涨了没": ("leave", True),
    }
    figures = measure(
        lambda text: found.get(text, (None, False)),
        QUESTIONS,
        [f"你好,{each.question}" for each in QUESTIONS],
    )
    assert figures == Figures(right=0.5, answered=0.5, wrong=0.25, needless=0.5)


def test_the_stories_differ() -> None:
    stories = yaml.safe_load(STORIES.read_text(encoding="utf-8"))
    assert len(stories) == len(set(stories)) == 36
