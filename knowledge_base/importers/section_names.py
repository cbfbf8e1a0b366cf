"""Which fixed section of an article a foreign heading means."""

import re

from knowledge_base.article import SectionName

_NUMBERING = re.compile(
    r"^(?:[一二三四五六七八九十]+、|[（(][一二三四五六七八九十\d]+[）)]|\d+(?:\.\d+)*[.．、\s]|【)\s*"
)
_MAX_HEADING = 14
_WORDS = {
    SectionName.ELIGIBILITY: (
        "对象",
        "条件",
        "适用范围",
        "适用人群",
        "参加范围",
        "谁可以",
        "参保人",
    ),
    SectionName.BENEFIT: ("待遇", "标准", "保障内容", "保障范围", "优惠", "能得到", "服务内容"),
    SectionName.PROCEDURE: (
        "流程",
        "程序",
        "步骤",
        "方式",
        "怎么办",
        "如何办",
        "怎么申请",
        "如何申请",
    ),
    SectionName.MATERIALS: ("材料", "资料", "证件"),
    SectionName.TIME_LIMIT: ("时限", "期限", "办理时间", "申请时间", "受理时间", "多久"),
    SectionName.PLACE: (
        "地点",
        "地址",
        "去哪",
        "窗口",
        "办理机构",
        "受理单位",
        "联系方式",
        "联系电话",
        "咨询",
    ),
    SectionName.CAUTION: ("注意", "提示", "提醒"),
    SectionName.BASIS: ("依据",),
}
_EXACT = {str(name): name for name in SectionName}


def section_of(heading: str) -> SectionName | None:
    """Return the section that a heading means, or None where it means none or several."""
    name = _NUMBERING.sub("", heading).strip(" 　】：:")
    if name in _EXACT:
        return _EXACT[name]
    if len(name) > _MAX_HEADING:
        return None
    meant = [section for section, words in _WORDS.items() if any(word in name for word in words)]
    return meant[0] if len(meant) == 1 else None


def is_section_heading(line: str) -> bool:
    """Tell whether a line of its own, without any mark-up, is a heading of a known section."""
    return section_of(line) is not None
