import asyncio

import pytest

from api.channels.wechat.simulator.screen import By, Link, Screen, Shown, menu_parts, text_parts
from tests.api.channels.wechat.simulator.still_clock import START


def shown(text: str) -> Shown:
    return Shown(text_parts(text), By.PASSIVE, START)


def test_a_text_without_links_is_itself() -> None:
    assert text_parts("3 < 5 & <b>") == ("3 < 5 & <b>",)


def test_a_link_of_the_menu_says_its_words() -> None:
    text = (
        '稍等\n<a href="weixin://bizmsgmenu?msgmenucontent=查看答复&msgmenuid=view:1">点这里</a>。'
    )
    message = shown(text)
    assert message.text == "稍等\n点这里。"
    assert message.links == (Link("点这里", menu_id="view:1", message="查看答复"),)


def test_other_links_open_a_page() -> None:
    [link] = text_parts("<a target='_blank' href='https://example.org/a?b=1&amp;c=2'>页面</a>")
    assert link == Link("页面", url="https://example.org/a?b=1&c=2")


@pytest.mark.parametrize(
    ("head", "tail", "text"), [("问", "完", "问\n甲\n乙\n完"), ("", "", "甲\n乙")]
)
def test_a_menu_message_has_a_line_for_each_option(head: str, tail: str, text: str) -> None:
    message = Shown(menu_parts(head, [("1", "甲"), ("2", "乙")], tail), By.PASSIVE, START)
    assert message.text == text


@pytest.mark.anyio
class TestWaiting:
    async def test_what_is_there_already_is_found(self) -> None:
        screen = Screen()
        screen.add(shown("甲"))
        found = await screen.wait_for(lambda each: each.text == "甲", within_s=1)
        assert found is screen.shown[0]

    async def test_what_comes_is_found(self) -> None:
        screen = Screen()
        screen.add(shown("甲"))
        waiting = asyncio.create_task(
            screen.wait_for(lambda each: each.text == "甲", within_s=1, start=1)
        )
        await asyncio.sleep(0)
        screen.add(shown("乙"))
        await asyncio.sleep(0)
        screen.add(shown("甲"))
        assert await waiting is screen.shown[2]

    async def test_what_does_not_come_is_not_waited_for_longer(self) -> None:
        with pytest.raises(TimeoutError):
            await Screen().wait_for(lambda each: True, within_s=0.01)
