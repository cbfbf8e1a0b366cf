from pathlib import Path

import pytest
import yaml

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
        "我每天吃药睡不着 脑子里就一个念头 死了就清净了",
        "人死了一了百了",
        "死了反倒解脱",
        "我去死",
        "准备喝农药",
        "我想杀了老板",
        "活够了",
        "ＳＵＩＣＩＤＥ",
        "I want to die",
        "wo bu xiang huo le",
        "huo zhe mei yi si",
        "zai bu gei qian wo jiu tiao lou",
        "wo zhen de xiang si",
        "工资没发。" * 400 + "不想活了",
        "遗书压在枕头底下了",
        "再拖下去我就吊死在厂门口",
        "我就死给你们看",
        "安眠药攒够了",
        "我弟弟喝了农药 快来人",
        "手腕划开了",
        "往河里走了",
        "我把汽油拎到他办公室门口了",
        "菜刀都磨好了",
        "大不了一命换一命",
        "今天要了他的命",
        "一把火点了仓库",
        "有人拿着刀冲进车间",
    ],
)
def test_unmistakable_words_are_found(text: str) -> None:
    assert is_crisis(text)


@pytest.mark.parametrize(
    "text",
    [
        "wo bu xiang huo dong",
        "zi sha hu duo shao qian",
        "wo xiang si xia wen yi xia",
        "tiao lou jia de fang zi",
        "无聊死了",
        "累死了",
        "累死了就解脱了",
        "我爸死了厂里不赔",
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
        "遗书有没有法律效力",
        "磨刀工算不算特殊工种",
        "磨刀不误砍柴工",
        "食堂要买一把菜刀能报销吗",
        "工伤条例里自残不算工伤是什么意思",
        "轮胎没气了耽误送货扣钱",
        "仲裁往下走流程是什么",
        "从宿舍往楼下走的时候摔了算工伤吗",
        "往下跳一级工资是多少",
        "我开车撞死了人公司让我自己赔",
        "讨薪的人往门上泼油漆违法吗",
        "打农药中毒算不算职业病",
        "老婆流鼻血止不住挂哪个科",
        "森林防火员有补贴吗",
        "杀人犯的家属能入会吗",
        "高铁能带水果刀吗",
    ],
)
def test_ordinary_words_are_not(text: str) -> None:
    assert not is_crisis(text)


def test_changing_jobs_and_hard_work_are_no_crisis() -> None:
    assert not any(map(is_crisis, ["从那家厂跳了槽", "站在楼顶干活", "这活不成", "没法活动"]))


def test_words_from_high_places_are_a_crisis() -> None:
    said = ["我站在楼顶了", "活不下去了", "我要从塔吊上跳下去", "药都买好了 没人管我"]
    assert all(map(is_crisis, said))


def test_messages_of_every_intent() -> None:
    """Half of the crises at least, and nothing else; the rest is for the dialogue agent."""
    file = Path(__file__).parents[3] / "bot" / "tests" / "data" / "blind.yml"
    messages = yaml.safe_load(file.read_text(encoding="utf-8"))
    crises = messages.pop("crisis")
    assert sum(map(is_crisis, crises)) / len(crises) >= 0.5
    assert [text for texts in messages.values() for text in texts if is_crisis(text)] == []
