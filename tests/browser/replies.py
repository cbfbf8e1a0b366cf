"""What the bot says in these tests, in the words of the action server where words matter."""

from typing import Any

from actions.texts import texts

Reply = dict[str, Any]


def citation(title: str, *, verified: bool = True, url: str | None = None) -> Reply:
    return {
        "title": title,
        "source": "《中华人民共和国劳动法》第四十四条",
        "article_id": "overtime",
        "effective_from": "1995-01-01",
        "as_of": "2026-11-01",
        "verified": verified,
        "url": url,
    }


ANSWER: Reply = {
    "kind": "answer",
    "text": "加班费看是哪种班：\n\n- 平时下班后：不低于工资的 **150%**\n"
    "- 周末休息日，又不能补休：不低于 **200%**\n- 法定节假日：不低于 **300%**\n\n"
    "## 要不到怎么办\n\n1. 先收好考勤和工资条\n2. 找单位工会或镇街工会\n3. 打 **12351** 工会热线",
    "citations": [
        citation("加班费怎么算", url="https://www.gov.cn/"),
        citation("余杭区加班费标准", verified=False),
    ],
    "quick_replies": [
        {"title": "帮我算加班费", "text": "帮我算加班费"},
        {"title": "单位不给怎么办", "text": "单位不给加班费怎么办"},
    ],
}
CHOICES: Reply = {
    "kind": "choices",
    "text": "您想问的是下面哪一项？点一下就行；都不是的话，换个说法告诉我。",
    "quick_replies": [
        {"title": "加班费怎么算", "text": "加班费怎么算"},
        {"title": "加班时间有没有上限", "text": "加班时间有没有上限"},
        {"title": "单位不给加班费怎么办", "text": "单位不给加班费怎么办"},
        {"title": "都不是，找工作人员", "text": "转人工"},
    ],
}
HANDOFF: Reply = {
    "kind": "handoff",
    "text": texts().intake.closing,
    "handoff": {
        "reason": "legal_case",
        "category": "讨薪",
        "priority": 3,
        "summary": "三个月没发工资",
        "case_facts": {"employer": "某厂", "amount": "两万"},
    },
}
_STOP = {"title": "先不算了", "text": "先不算了"}
_PERSON = {"title": "转人工", "text": "转人工"}


def calculation(question: str, *options: str) -> Reply:
    """A question of a calculator."""
    buttons = [{"title": each, "text": each} for each in options]
    return {"kind": "question", "text": question, "quick_replies": [*buttons, _STOP, _PERSON]}


def intake(question: str, *options: str) -> Reply:
    """A question of an intake, which may be skipped."""
    buttons = [{"title": each, "text": each} for each in options]
    aside = [{"title": "跳过", "text": "跳过"}, {"title": "直接转人工", "text": "直接转人工"}]
    return {"kind": "question", "text": question, "quick_replies": [*buttons, *aside]}


def text(words: str) -> Reply:
    return {"kind": "chat", "text": words}
