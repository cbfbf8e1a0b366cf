from hypothesis import given
from hypothesis import strategies as st

from api.knowledge.differences import Line, LineKind, differences

TEXTS = st.lists(st.text(alphabet="年假天工资5元 \n", max_size=12), max_size=12).map("\n".join)


def marked(line: Line) -> str:
    return "".join(f"[{piece.text}]" if piece.changed else piece.text for piece in line.pieces)


def test_equal_texts_have_none() -> None:
    assert differences("一\n二", "一\n二") == []


def test_a_word_is_marked_inside_its_line() -> None:
    lines = differences("满一年的有5天年假", "满一年的有10天年假")
    assert [(each.kind, marked(each)) for each in lines] == [
        (LineKind.REMOVED, "满一年的有[5]天年假"),
        (LineKind.ADDED, "满一年的有[10]天年假"),
    ]


def test_another_line_is_marked_whole() -> None:
    lines = differences("先留好证据", "拨打12351")
    assert [marked(each) for each in lines] == ["[先留好证据]", "[拨打12351]"]


def test_three_lines_around_a_change_are_shown() -> None:
    old = [f"第{number}行" for number in range(20)]
    new = [*old[:10], "新的一行", *old[10:]]
    kinds = [each.kind for each in differences("\n".join(old), "\n".join(new))]
    same = [LineKind.SAME] * 3
    assert kinds == [LineKind.GAP, *same, LineKind.ADDED, *same, LineKind.GAP]


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_off(old: str, new: str) -> None:
    """Each line that is shown has its number, and stands there."""
    lines = differences(old, new)
    for line in lines:
        text = "".join(piece.text for piece in line.pieces)
        if line.old is not None:
            assert old.splitlines()[line.old - 1] == text
        if line.new is not None:
            assert new.splitlines()[line.new - 1] == text
    removed = sum(each.kind is LineKind.REMOVED for each in lines)
    added = sum(each.kind is LineKind.ADDED for each in lines)
    assert len(new.splitlines()) - len(old.splitlines()) == added - removed
