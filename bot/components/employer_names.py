"""Names of employers that no list can hold: 老张五金厂, 单位叫恒达纺织, 杭州某某有限公司."""

import re
from typing import Final

from components.quantities.mention import Mention

_FORM: Final = (
    "集团公司|集团|公司|工厂|厂|酒店|宾馆|饭店|餐厅|饭馆|超市|商场|幼儿园|医院|银行|加工坊|经营部"
)
_TRADE: Final = (
    "五金|电子|服装|服饰|制衣|纺织|印染|塑料|塑胶|模具|机械|机电|电器|食品|家具|鞋|玩具|化工|印刷|包装|水泥"
    "|钢材|建材|建筑|装修|装饰|物业|保洁|保安|家政|劳务|派遣|外包|中介|人力资源|人力|物流|快递|外卖|运输|网络"
    "|科技|软件|贸易|电商|广告|餐饮|医药|药|房地产|地产|保险|金融|汽车|汽配|轮胎|玻璃|纸|砖|灯具|皮革|箱包"
    "|毛衫|羽绒|针织|袜|加工|代工|制造|互联网|游戏|教育|培训|传媒|直播|养老|环保|电力|建设|安装|工程|家纺"
    "|布艺|木业"
)
# Words that tell kinds of employers apart, not employers: 小公司, 外地电子厂, 上家公司.
_KIND: Final = re.compile(
    rf"{_TRADE}|[小大老新前原总分母子外本某上下家各两]|私人|私营|国有|民营|外资|外贸|外地|当地|附近|别的|其他|其它"
    r"|有些|好多|上市|用人|用工|第三方|同一|跨国|连锁|社会|人民|商业|中心|原来|现在|以前|后来|目前|这边|那边|一直"
    r"|正规|合资|关联|客户|甲方|乙方|承包|总包|分包|挂靠|目标|代理|检测|生产|食堂|母婴|县|市|区|镇|村"
)
# Function words and days (昨天公司…) end a name on its left.
_NAME: Final = (
    r"(?:(?<![昨今明前后每白])天|[^天昨\s,，。.;；:：!！?？、\d我你他她它咱俺您们的了吗呢吧么没不被把让叫给跟说"
    r"要想去来到在是从就也都还又才很太因为欠拖罚赔告找问进称这那哪个年月日班时候工资合同社保])"
)
_REGISTERED: Final = re.compile(rf"{_NAME}{{2,14}}(?:股份)?有限(?:责任)?公司")
_OF_A_TRADE: Final = re.compile(rf"{_NAME}{{1,8}}(?:{_TRADE})(?:{_FORM})")
_PLACE_OF_WORK: Final = re.compile(
    rf"(?<=在)(?P<name>{_NAME}{{2,8}}(?:{_FORM}))(?=上班|工作|打工|做|干|当|送|$|\s)"
)
_INTRODUCED: Final = re.compile(
    r"(?:(?:单位|公司|厂|企业|店)(?:(?:的?名字|的?名称|名|的?全称)(?:就?叫做?|叫作|就?是)?|就?叫做?|叫作)[:\s]?)"
    r"(?!人[^力民]|大家|员工|家属|上班|加班)"
    r"(?P<name>[^\s,，。.;；!！?？我你他的不个家了让签走去来干停等写回赔交退搬休]{2,20})(?=[\s,，。.;；!！?？]|$)"
)
_OWNER: Final = re.compile(rf"[老阿小][一-鿿](?:{_TRADE})")


def find_employers(text: str) -> list[Mention]:
    """Return the names of employers in folded ``text``; the value is the name as written."""
    mentions = []
    for pattern in (_REGISTERED, _OF_A_TRADE, _PLACE_OF_WORK, _INTRODUCED):
        for match in pattern.finditer(text):
            group = "name" if "name" in pattern.groupindex else 0
            name = match[group]
            if pattern is _REGISTERED or _is_name(name, least=1 if pattern is _INTRODUCED else 2):
                mentions.append(Mention("employer", match.start(group), match.end(group), name))
    return mentions


def _is_name(text: str, least: int) -> bool:
    """Tell whether more is left than the words for kinds of employers."""
    if _OWNER.match(text):
        return True
    rest = _KIND.sub("", re.sub(rf"(?:{_FORM})$", "", text))
    return len(rest) >= least
