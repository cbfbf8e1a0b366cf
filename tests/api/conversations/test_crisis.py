import pytest

from api.conversations.crisis import is_crisis


@pytest.mark.parametrize(
    "text",
    [
        "我不想活了",
        "真的不想再活下去了",
        "我想死",
        "活得累，想死了",
        "想自杀",
        "自 杀",
        "自*杀",
        "我要跳楼讨薪",
        "活着没意思",
        "活着真没什么意思",
        "活着还有什么意义",
        "大不了同归于尽",
        "跟老板一起死",
        "我拿刀去找他",
        "拿着刀去厂里",
        "提刀砍他",
        "我要砍死他",
        "割腕了",
        "有轻生的念头",
        "我要结束生命",
        "结束自己的生命",
        "我死了算了",
        "我去死",
        "准备喝农药",
        "我想杀了老板",
        "活够了",
        "ＳＵＩＣＩＤＥ",
        "I want to die",
        "工资没发。" * 400 + "不想活了",
    ],
)
def test_unmistakable_words_are_found(text: str) -> None:
    assert is_crisis(text)


@pytest.mark.parametrize(
    "text",
    [
        "无聊死了",
        "累死了",
        "气死我了",
        "从架子上摔死算工伤吗",
        "电脑死机了",
        "想死你了",
        "可想死你们了",
        "想死机了的电脑",
        "我在想死亡赔偿金怎么算",
        "我在想，死者家属能拿多少",
        "不想活动太多",
        "年轻生活压力大",
        "年轻生病怎么办",
        "跳楼价甩卖",
        "跳楼机出事故算工伤吗",
        "上班拿刀去切菜割伤了手",
        "和我一起死守岗位",
        "我不想死在这个岗位上干到老",
        "工亡怎么赔",
        "医疗互助怎么报",
        "去死板的单位怎么办",
        "杀价",
        "上班割到手了",
        "老板说活着就是要奋斗，加班费没有",
    ],
)
def test_ordinary_words_are_not(text: str) -> None:
    assert not is_crisis(text)


def test_changing_jobs_and_hard_work_are_no_crisis() -> None:
    assert not any(map(is_crisis, ["从那家厂跳了槽", "站在楼顶干活", "这活不成", "没法活动"]))


def test_words_from_high_places_are_a_crisis() -> None:
    said = ["我站在楼顶了", "活不下去了", "我要从塔吊上跳下去", "药都买好了 没人管我"]
    assert all(map(is_crisis, said))
