"""What parsers are given: pieces that mean something to them, in any order, and damaged files."""

import io
import zipfile
from collections.abc import Sequence
from typing import Final

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

LONGEST: Final = 20_000
"""Characters that a message may have."""
_MOST_EDITS = 8

FIGURES: Final = (
    *"零〇一二三四五六七八九十百千万亿两半几多块元毛角分厘年月日号天周时点刻秒个级人岁的约",
    *(
        "工资",
        "加班",
        "去年",
        "上个月",
        "下下周三",
        "腊月",
        "国庆",
        "周末",
        "分之",
        "百分之",
        "号晚上",
    ),
    *("12", "3.5", "1,000", "2026-02-30", "2026/13/1", "99年", "１２", "٣", "-", "~", "至", "到"),
    *("k", "w", "W", "万把块", "千把", "%", "：", "，", " ", "\n", "9" * 40, "0.", "."),
)
PERSONAL: Final = (
    *("我叫", "本人叫", "姓名：", "名字是", "张伟", "欧阳娜娜", "买买提·艾力", "John Smith"),
    *("13800138000", "138 0013 8000", "一三八零零一三八零零零", "0571-86220000", "+86 138"),
    *("330106199001011234", "33010619900101123x", "6222 0200 1234 5678 901", "·", "-", "​"),
    *("12351", "12345", "0", "1", "九", "Ｘ", "×", " "),
)
MARKDOWN: Final = (
    *("**", "*", "_", "`", "```\n", "# ", "###### ", "- ", "1. ", "> ", "\n", "\n\n", "    ", "\\"),
    *("[", "](", ")", "![", "](javascript:alert(1))", "](https://example.org)", "<script>", "</a>"),
    *('<img src=x onerror="alert(1)">', "&lt;", "&#x3c;", "<!--", "-->", "|", "|---|", "<a href='"),
    *('](HTTPS://e.org/" onx="1)', "<svg/onload=1>", "文字", "😀", "\u202e", "\0", "👨‍👩‍👧", "。"),
)
ARTICLE: Final = (
    *(
        "---\n",
        "id: a\n",
        "title: 标题\n",
        "questions:\n",
        "- 问\n",
        "facts: [L01]\n",
        "sources:\n",
    ),
    *(
        "# 一句话回答\n",
        "## 一句话回答\n",
        "# 怎么办理\n",
        "{{",
        "}}",
        "{{minimum_wage}}",
        "effective_from:",
    ),
    *(
        " 2026-01-01\n",
        "&a [*a]\n",
        "!!python/object:os.system\n",
        "? \n",
        ": ",
        "'",
        '"',
        "\t",
        "文字。\n",
    ),
)
FACTS: Final = (
    *(
        "- L01 [法] 一\n",
        "- L02 [网] 二\n",
        "- ",
        "L03",
        " [",
        "法",
        "]",
        "待核",
        " 文字",
        "\n",
        "[[]]",
    ),
)
SHEET: Final = (
    *(
        "姓名",
        "身份证号",
        "手机号",
        "所属工会",
        "入会日期",
        "互助保障年度",
        "张伟",
        "330106199001011237",
    ),
    *(
        "13800138000",
        "余杭工会",
        "2020-01-01",
        "2020年5月",
        "2019-2024",
        "3.30106E+17",
        "=1+1",
        "'1",
    ),
    *(",", ",", ",", "\n", "\n", '"', "\r\n", "\t", "", " ", "一", "9" * 400, "1e400"),
)
DOCUMENT: Final = (
    *(
        "第一章 总则\n",
        "第一条 ",
        "第二条之一 ",
        "第十十条 ",
        "目录\n",
        "附则\n",
        "<!-- INFO END -->",
    ),
    *(
        "（2026年1月1日通过）\n",
        "自2026年13月41日起施行",
        "<table><tr><td>",
        "</td></tr>",
        "<p>",
        "</p>",
    ),
    *(
        "<h1>",
        "</h1>",
        "<li>",
        "<script>x</script>",
        "[a](b)",
        "![",
        "](",
        "<!--",
        "-->",
        "|a|b|\n|-|-|\n",
    ),
    *("文字。", "\n", "\n\n", "&nbsp;", "&#0;", "\ufeff", "\u3000", "1. ", "一、"),
)
OFFICE: Final = (
    *("<w:p>", "</w:p>", "<w:r><w:t>字</w:t></w:r>", "<w:tbl>", "</w:tbl>", "<w:tr>", "<w:tc>"),
    *(
        "<row>",
        '<c t="s"><v>9</v></c>',
        '<c t="inlineStr"><is><t>=1</t></is></c>',
        "<f>A1</f>",
        "&x;",
    ),
    *("<!DOCTYPE x>", "<![CDATA[", "]]>", "<a/>", "<", "&amp;", "文字", "\x01", "1e999"),
)
NAMES: Final = (
    *("..", "/", "\\", "\0", "\n", "\r\nX: y", '"', ";", "%2e%2e%2f", "C:", "CON", "~", ".", " "),
    *(".jpg", ".html", ".JPG", ".exe", "\u202e", "gpj.", "照片", "👨‍👩‍👧", "\ud800", "a" * 300),
)


def texts(pieces: Sequence[str], longest: int = LONGEST) -> SearchStrategy[str]:
    """Any text, pieces in a row, and one piece again and again: what slow patterns are slow on."""
    piece = st.sampled_from(pieces)
    return st.one_of(
        st.text(max_size=100),
        st.lists(piece | st.text(max_size=3), max_size=40).map("".join),
        st.builds(
            lambda before, again, times, behind: (
                before + again * min(times, longest // max(1, len(again))) + behind
            ),
            piece,
            st.lists(piece, min_size=1, max_size=3).map("".join),
            st.integers(1, longest),
            piece,
        ),
    )


def damaged(files: Sequence[bytes]) -> SearchStrategy[bytes]:
    """One of the files with some bytes changed, and perhaps cut off or made longer."""
    edits = st.lists(st.tuples(st.integers(0, 2**16), st.integers(0, 255)), max_size=_MOST_EDITS)
    cuts = st.none() | st.floats(0, 1)
    return st.builds(_damage, st.sampled_from(files), edits, cuts, st.binary(max_size=20))


def _damage(file: bytes, edits: list[tuple[int, int]], cut: float | None, behind: bytes) -> bytes:
    changed = bytearray(file)
    for place, byte in edits:
        if changed:
            changed[place % len(changed)] = byte
    return bytes(changed if cut is None else changed[: int(cut * len(changed))]) + behind


def packed_again(file: bytes, part: str, content: str) -> bytes:
    """An Office file with another content of one of its parts: its checksums are right."""
    result = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(file)) as before,
        zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for entry in before.infolist():
            new = content.encode("utf-8", "replace") if entry.filename == part else None
            after.writestr(entry.filename, before.read(entry) if new is None else new)
    return result.getvalue()
