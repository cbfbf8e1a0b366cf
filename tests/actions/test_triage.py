import pytest

from actions.texts import texts
from actions.triage import case_reason, priority, tells_of_a_death, warnings_for
from contract import HandoffReason

DEADLINE = [
    "后天仲裁就满一年了 材料还没弄好",
    "明天开庭 我没律师",
    "仲裁时效只剩三天了",
    "今天是举证期限最后一天",
    "起诉期限快到了",
    "老板现在就要我签字",
    "人事让我马上签离职协议",
    "明天之前签掉 不然没赔偿",
    "今天不签就开除我",
    "合同明天到期 公司说不续了",
    "下周一仲裁开庭 我不知道怎么说",
    "明天最后一天提交证据",
    "工伤申报期限就剩五天了",
    "逼我签离职协议 不签不让下班",
    "说不签辞职就开除通报",
]
GROUP = [
    "我们30个工友三个月没发工资",
    "我们30个人一起被辞退",
    "十几个人被欠工钱",
    "全厂人都没发工资",
    "二十个民工的工资拖了半年",
    "大伙一百多号人工资欠着",
    "车间里几十个人要罢工了",
    "工友们说要堵大门",
    "车间四十个工人工资都没发",
    "三十个农民工干完活拿不到钱",
    "设备都拉走了 我们两百人没拿到钱",
    "二十几个兄弟半年没拿钱",
]
INJURY = [
    "手指被机器压断了",
    "从脚手架上摔伤 老板不管",
    "我老公在工地触电死了",
    "干活被电伤了",
    "同事中毒送医院抢救",
    "申请工伤公司不配合",
    "上班路上被车撞骨折了",
    "我爸在工地猝死",
    "开水烫伤了脚",
    "手指被机器切断了",
    "被叉车撞了 公司不给治",
    "我爸在工地上摔下来没了",
    "我跑单出车祸了",
    "公司不承认职业病",
]
RESCUE = [
    "沟塌了 下面埋了一个",
    "有人粘在配电箱上 触电了",
    "下井的师傅没声音了 老板还叫第二个下去",
    "手卡进冲床了 拿不出来",
    "电梯井里困住了 出不来",
    "吊篮卡了 人吊在半空",
    "仓库起火了 工友还在里面",
    "他掉到污水池里了",
]
ORDINARY = [
    "昨天被公司辞退了",
    "老板不发我工资 电话没人接",
    "电话打过去就挂断",
    "老板压着工资没发",
    "干到现在没签合同 想要双倍",
    "现在公司都没给我签合同",
    "公司不签合同不交社保",
    "一直不签合同就让我干活",
    "工资压了两个月 拉黑我了",
    "压力大 工作没了",
    "十月份的工资还没发",
    "试用期最后一天被辞退了",
    "2024年入职 没交社保",
    "公司要给我调岗降薪",
    "加班费一分没给",
    "",
]


@pytest.mark.parametrize("text", DEADLINE)
def test_a_deadline_about_to_lapse_is_urgent(text: str) -> None:
    assert case_reason(text) is HandoffReason.URGENT_DEADLINE
    assert priority(HandoffReason.LEGAL_CASE, text) == 2


@pytest.mark.parametrize("text", GROUP + INJURY + RESCUE)
def test_many_workers_an_injury_or_an_accident_go_before_other_disputes(text: str) -> None:
    assert case_reason(text) is HandoffReason.LEGAL_CASE
    assert priority(HandoffReason.LEGAL_CASE, text) == 2


@pytest.mark.parametrize("text", ORDINARY)
def test_other_disputes_wait_their_turn(text: str) -> None:
    assert case_reason(text) is HandoffReason.LEGAL_CASE
    assert priority(HandoffReason.LEGAL_CASE, text) == 3


@pytest.mark.parametrize("text", ["", "三十个人的工资没发 有人摔伤 明天开庭"])
@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        (HandoffReason.CRISIS, 1),
        (HandoffReason.URGENT_DEADLINE, 2),
        (HandoffReason.REQUESTED, 4),
        (HandoffReason.REPEATED_FAILURE, 4),
        (HandoffReason.NEGATIVE_FEEDBACK, 4),
        (HandoffReason.BOT_UNAVAILABLE, 4),
    ],
)
def test_other_reasons_have_a_fixed_priority(
    reason: HandoffReason, expected: int, text: str
) -> None:
    assert priority(reason, text) == expected


@pytest.mark.parametrize("reason", HandoffReason)
def test_every_reason_has_a_priority(reason: HandoffReason) -> None:
    assert priority(reason, "拖欠工资") in {1, 2, 3, 4}


@pytest.mark.parametrize("text", ORDINARY)
def test_a_dispute_of_many_goes_before_others_however_it_is_told(text: str) -> None:
    assert priority(HandoffReason.LEGAL_CASE, text, "group_dispute") == 2


def test_what_the_dialogue_server_takes_for_many_changes_no_fixed_priority() -> None:
    assert priority(HandoffReason.REQUESTED, "", "group_dispute") == 4


@pytest.mark.parametrize(
    ("text", "warnings"),
    [
        ("昨天被公司辞退了", ["dismissal"]),
        ("公司要给我调岗降薪", ["wages", "dismissal"]),
        ("老板拖欠工资两个月", ["wages"]),
        ("押金不退给我", ["wages"]),
        ("手指被机器压断了", ["injury"]),
        ("沟塌了 埋了一个", ["rescue"]),
        ("我老公在工地上从架子上掉下来没了", ["death"]),
        ("我爸上班没了", ["death"]),
        ("师傅从脚手架摔下来没气了", ["death"]),
        ("我老公工作没了 厂里停电了 手机也没了", []),
        ("车间味道刺鼻 几个人头晕吐了", ["rescue"]),
        ("吊车砸下来压着人了", ["rescue"]),
        ("天天加班累死了 不给加班费", []),
        ("抢救过来了 现在没钱治", ["injury"]),
        ("每天睡不着 就一个念头 死了就清净了", []),
        ("我爸死了就没人管了 厂里不赔", ["death"]),
        ("手机掉了 工资没了", ["wages"]),
        ("老板人没了影 工资没发", ["wages"]),
        ("厂里出事老板走了 工资没发", ["wages"]),
        ("试用期没挺过来 工资少发了", ["wages"]),
        ("我遇难处了 工资没发", ["wages"]),
        ("我哥心梗人走了", ["death", "injury"]),
        ("老板只打了我两千块工资", ["wages"]),
        ("工资被公司拖着没打到卡里", ["wages"]),
        ("绩效被打了C", []),
        ("老板把工人工资压住不发", ["wages"]),
        ("他卡住我的离职证明", ["dismissal"]),
        ("感觉天塌了 人事卡住我的证书 投诉了也没反应了", []),
        ("工资卡在老板手里出不来 包工头卡住不给钱", ["wages"]),
        ("我爸在工地猝死 公司要私了", ["death", "injury"]),
        ("主管老是对我动手动脚", ["harassment"]),
        ("老板叫人打了我 工资也不给", ["violence", "wages"]),
        ("班长扇了我一耳光", ["violence"]),
        ("打我电话威胁要开除我", ["dismissal"]),
        ("我们三十个工友工资都没发", ["group", "wages"]),
        ("大伙要去堵大门", ["group"]),
        ("合同到期不给我续", []),
        ("", []),
    ],
)
def test_a_story_tells_which_warnings_protect(text: str, warnings: list[str]) -> None:
    assert warnings_for(text) == warnings


@pytest.mark.parametrize("text", ["委屈都埋在心里 工资也不发", "老板叫我埋头干活 别问工资"])
def test_what_is_buried_in_words_is_no_accident(text: str) -> None:
    assert warnings_for(text) == ["wages"]


def test_every_kind_of_case_has_a_warning() -> None:
    kinds = warnings_for("动手动脚 打了我 去世 塌方 骨折 罢工 工资 辞退")
    assert {*kinds, "other"} == set(texts().intake.warnings)


@pytest.mark.parametrize(
    "text",
    [
        "我爸在仓库倒下的 送医院没救过来 算不算工伤",
        "老公送货路上被车撞没了 公司说不赔",
        "表弟在工地触电 人没气了 老板要私了",
        "抢救到第三天走的 能不能算工伤",
        "舅舅夜班猝死 厂里不认",
        "我妈扫马路被撞死 保洁公司该赔多少",
        "我对象在工地摔死了 赔多少",
        "婆婆扫马路被撞死了 赔多少",
        "我爸退休返聘上班猝死 算不算工伤",
        "老公猝死 公司说要是签了就赔",
        "儿子夜班没了 厂里不认",
    ],
)
def test_a_death_at_work_is_for_a_person_also_as_a_question(text: str) -> None:
    assert tells_of_a_death(text)


def test_a_death_in_formal_words_is_one_too() -> None:
    assert tells_of_a_death("老公触电身亡 算工伤吗")


@pytest.mark.parametrize(
    "text",
    [
        "猝死算不算工伤",
        "上班猝死48小时是怎么规定的",
        "爸走了能请几天丧假",
        "我爱人上个月病走了 他单位有丧葬费吗",
        "老公走了 生病走的 不是工伤 丧葬费到哪里去领",
        "同事心梗抢救过来了 算不算工伤",
        "要是抢救三天没救回来 还算不算工伤",
        "我妈没了工作 能赔多少",
        "老板人没了影 工资找谁赔",
        "工亡赔多少",
        "老伴走了 他的互助还能赔吗",
        "人在岗位上死了一般赔多少",
        "师傅走了没人带我 出错要不要我赔",
        "我妹妹的加班费没了 能算违法吗",
        "弟弟的工作没了 能赔多少",
        "我同事的手机摔没了 要我赔",
        "我弟弟辞职走了 公司不赔钱怎么办",
        "我弟走了仲裁 公司还是不赔",
        "我爸工伤认定走了三个月流程 还没结果",
        "老公气得要死了 公司不认",
        "我老公快累死了 加班算不算",
        "我妈去世了 家里困难 困难职工认定要什么材料",
        "我爸去世了 丧假算不算出勤",
        "爸癌症去世了 医疗互助怎么赔",
        "我姐怀孕 孩子没了 公司赔吗",
        "师傅说我签了就没气了 要赔",
    ],
)
def test_the_rule_in_general_is_for_the_articles(text: str) -> None:
    assert not tells_of_a_death(text)


def test_a_death_is_looked_for_in_no_time_however_long_the_text() -> None:
    assert not tells_of_a_death("我爸老公同事" * 2000 + "抢救算不算")
