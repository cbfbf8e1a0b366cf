import pytest

from channels.message_text import MAX_CHARACTERS, clean_text


@pytest.mark.parametrize(
    "text",
    [
        "/restart",
        "//restart",
        "  /restart",
        "/ /\t/restart",
        "\u200b/restart",
        "/\u200b/restart",
        "\ufeff\u2060 /\u200d/ restart",
        "\x00/restart",
        "\u3000/restart",
        "\x1c/\x1f/restart",
    ],
)
def test_a_leading_slash_is_never_a_command(text: str) -> None:
    assert clean_text(text) == "restart"


def test_a_slash_inside_the_text_stays() -> None:
    assert clean_text("工资 1/2 没发") == "工资 1/2 没发"


def test_control_characters_and_surrogates_are_removed() -> None:
    assert clean_text("转\x00人\u200b工\ud800") == "转人工"


def test_lines_become_one() -> None:
    assert clean_text("没发工资\n找谁\r\n管") == "没发工资 找谁  管"


def test_long_text_is_cut_by_code_points() -> None:
    assert clean_text("😀" * 10_000) == "😀" * MAX_CHARACTERS


def test_the_cut_cannot_uncover_a_command() -> None:
    assert not clean_text("/" * 10_000 + " " * 600 + "/restart").startswith("/")


@pytest.mark.parametrize("text", ["", "   ", "\x00", "\u200b\u200b", "///", " / / "])
def test_nothing_to_read_is_empty(text: str) -> None:
    assert clean_text(text) == ""


@pytest.mark.parametrize("text", ["👍", "。。。", "医疗互助"])
def test_what_can_be_read_stays(text: str) -> None:
    assert clean_text(text) == text
