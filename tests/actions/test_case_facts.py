import pytest

from actions import case_facts
from actions.memory import Memory
from actions.turn import Turn
from tests.actions.calculators.figures import Said, count, day, employer, entities, money


def turn(text: str, *said: Said, intent: str = "inform") -> Turn:
    return Turn(text, intent, Memory(), entities=entities(text, *said))


def test_entities_tell_facts_in_the_workers_own_words() -> None:
    text = "恒达五金厂上个月欠我12000块 3个人"
    told = case_facts.of_entities(
        turn(
            text,
            employer("恒达五金厂"),
            day("上个月", "2026-10-01", "month"),
            money("12000块", 12000),
            count("3", 3),
        )
    )
    assert told == {"employer": "恒达五金厂", "when": "上个月", "amount": "12000块", "people": "3"}


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("就我一个人", "就我一个人"),
        ("恒达厂 只有我", "只有我"),
        ("我自己", "我自己"),
        ("就我自己", "就我自己"),
        ("上个月，就我一个没发", "就我一个没发"),
        ("没有别人了", "没有别人了"),
        ("我自己辞职的", None),
        ("我自己拍的视频", None),
        ("让我一个人干三个人的活", None),
        ("只有我的工资条", None),
        ("还有三个工友", None),
    ],
)
def test_who_is_alone_says_so(text: str, people: str | None) -> None:
    assert case_facts.by_the_way(turn(text)).get("people") == people


@pytest.mark.parametrize(
    ("text", "evidence"),
    [
        ("证据有视频和病历", "证据有视频和病历"),
        ("就我一个人 有录音", "有录音"),
        ("上个月的事 有视频 病历 工资条", "有视频 病历 工资条"),
        ("恒达厂 有转账记录 没有合同", "有转账记录 没有合同"),
        ("聊天记录都留着，别的没有", "聊天记录都留着"),
        ("现场我拍了照片", "现场我拍了照片"),
        ("只有转账记录", "只有转账记录"),
        ("我有錄音", "我有錄音"),
        ("没有合同", None),
        ("从来没有签过合同", None),
        ("没有录音也没有视频", None),
        ("合同到期了", None),
        ("有没有录音都行", None),
        ("有录音有用吗", None),
        ("公司有监控录像", None),
        ("老板拍了照片", None),
        ("没什么证据", None),
        ("有份合同逼我签", None),
    ],
)
def test_evidence_at_hand_is_told_by_its_name(text: str, evidence: str | None) -> None:
    assert case_facts.by_the_way(turn(text)).get("evidence") == evidence


@pytest.mark.parametrize(
    "text",
    [
        "报警有用吗",
        "总共多少啊",
        "没有证据怎么办",
        "能赔多少钱？",
        "怎么办呢",
        "那工资呢",
        "要是他们不认呢",
        "他们凭什么扣我钱？",
        "能要回來嗎",
        "去哪里告",
        "要是赔钱一般有哪几样",
        "还要准备哪些",
        "工伤认定怎么走",
        "这种一般怎么赔的",
        "仲裁要多长时间",
        "要什么手续",
        "人事没说为什么 这合法吗",
        "他们没讲原因 能赔多少",
    ],
)
def test_a_question_ends_as_one(text: str) -> None:
    assert case_facts.asks_something(turn(text))


@pytest.mark.parametrize(
    "text",
    [
        "还在上班呢",
        "三十多个人呢",
        "不知道多少",
        "没多少",
        "说不清一共多少",
        "恒达五金厂？",
        "上个月？",
        "没什么",
        "工资条什么的",
        "就那样嘛",
        "怎么拖欠工资的厂",
        "他没说怎么赔",
        "不知道怎么弄",
        "前几天",
    ],
)
def test_a_reply_is_no_question(text: str) -> None:
    assert not case_facts.asks_something(turn(text))


@pytest.mark.parametrize("text", ["嗯", "好的", "好的继续吧", "行 你问吧", "OK", "嗯嗯 是的", "对"])
def test_a_mere_yes_tells_nothing(text: str) -> None:
    assert case_facts.says_only_yes(turn(text))


@pytest.mark.parametrize("text", ["中行", "好的 三个人", "有合同", "可以的电子厂", "行知学校"])
def test_a_name_is_no_mere_yes(text: str) -> None:
    assert not case_facts.says_only_yes(turn(text))


def test_endless_agreement_is_read_in_no_time() -> None:
    assert not case_facts.says_only_yes(turn("是" * 5000 + "恒达"))


@pytest.mark.parametrize("text", ["没看到什么证据", "问题是什么都没给", "说了什么我忘了"])
def test_a_reply_does_not_ask_for_the_question(text: str) -> None:
    assert not case_facts.asks_for_the_question(turn(text))


def test_a_question_tells_what_stands_beside_it() -> None:
    said = turn("恒达五金厂 赔3万够吗", employer("恒达五金厂"), money("3万", 30000))
    assert case_facts.beside_a_question(said) == {"employer": "恒达五金厂"}


@pytest.mark.parametrize(
    ("said", "many"),
    [(count("10", 10), True), (count("9", 9), False), (count("10", 10, "time"), False)],
)
def test_ten_people_are_many(said: Said, many: bool) -> None:
    assert case_facts.is_of_many(turn(f"一共{said.words}", said)) is many
