"""``python -m benchmarks.widget``: the chat window in Chromium: size, start, answers, scrolling.

The gateway runs on SQLite with a bot that answers at once; then the whole product answers real
questions. The browser is on the same machine. What is measured is on the screen: a frame was drawn
after it was there.
"""

import argparse
import asyncio
import itertools
import json
import multiprocessing
import os
import platform
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from api.conversations import access, tokens
from api.settings import PLACEHOLDER_SECRET_KEY
from api.storage import schema
from api.storage.database import Database
from api.storage.models import Author, Channel, Message, MessageKind
from api.widget.bundle import widget_bundle
from benchmarks import quick_bot
from benchmarks.product import running_product
from scripts.ephemeral import free_ports, wait_until_ready
from scripts.prepare import data_directory
from scripts.steps import ROOT
from tests.development_questions import development_questions

Figures = dict[str, float | int]
_GATEWAY: Final = [sys.executable, "-m", "api", "serve"]
_BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome")
_FLAGS: Final = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_PHONE: Final = {"width": 390, "height": 844}
_STARTS = 20
_ANSWERS = 60
_HISTORY = 500
_WHEELS = 120
_WHEEL_PX = 400
_QUESTIONS = 60
_WARM_UP_QUESTIONS = 12
_START_WITHIN_SECONDS = 60
_SLOW: Final = {  # "Slow 3G" of the developer tools
    "offline": False,
    "latency": 400,
    "downloadThroughput": 400_000 // 8,
    "uploadThroughput": 400_000 // 8,
}
_CLAIMS: Final = {
    "gzipped_bytes": 30 * 1024,
    "ready_after_load_p95_ms": 150,
    "answer_p95_ms": 300,
    "product_answer_p95_ms": 300,
    "layout_shift": 0,
    "scroll_frame_p95_ms": 34,
}
_EMBEDDING = (
    "<!doctype html><html lang=zh-CN><meta name=viewport content='width=device-width'>"
    "<title>x</title><script type=module src=/widget.js></script><h1>单位网页</h1>"
    "<union-assistant></union-assistant>"
)
_WATCH = """
  window.shift = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.shift += entry.value;
  }).observe({ type: 'layout-shift', buffered: true });
  customElements.whenDefined('union-assistant').then(() => {
    requestAnimationFrame(() => setTimeout(() => { window.readyAt = performance.now(); }));
  });
  window.shadow = () => document.querySelector('union-assistant').shadowRoot;
  window.drawn = (selector, count) => new Promise((resolve) => {
    const look = () => shadow().querySelectorAll(selector).length >= count
      ? setTimeout(() => resolve(performance.now())) : requestAnimationFrame(look);
    requestAnimationFrame(look);
  });
"""
_READY = """async () => {
  while (window.readyAt === undefined || !performance.timing.loadEventEnd) {
    await new Promise(requestAnimationFrame);
  }
  const { navigationStart, loadEventEnd } = performance.timing;
  return [readyAt, readyAt - (loadEventEnd - navigationStart)];
}"""
_ANSWER = """async ([text, count]) => {
  const input = shadow().querySelector('.composer textarea');
  input.value = text;
  input.dispatchEvent(new Event('input'));
  const enter = { key: 'Enter', bubbles: true, cancelable: true };
  const at = performance.now();
  input.dispatchEvent(new KeyboardEvent('keydown', enter));
  return await drawn('.message.bot .bubble:not(.typing)', count) - at;
}"""
_FRAMES = """() => {
  window.frames = [];
  let last = performance.now();
  const next = (now) => {
    window.frames.push(now - last);
    last = now;
    requestAnimationFrame(next);
  };
  requestAnimationFrame((now) => { last = now; requestAnimationFrame(next); });
}"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start a browser. Raises ``FileNotFoundError`` where none is installed."""
    found = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if found is None:
        raise FileNotFoundError(f"none of {', '.join(_BROWSERS)} is installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=_FLAGS)
        yield browser
        browser.close()


def start(browser: Browser, address: str, *, slow: bool = False) -> tuple[float, float]:
    """Load a page that embeds the window, with an empty cache. Returns milliseconds until its
    button was drawn, since the request for the page and since the end of loading."""
    page = _page(browser, address, "/embedding")
    if slow:
        _session(page).send("Network.emulateNetworkConditions", _SLOW)
    page.goto(f"{address}/embedding")
    since_request, since_load = page.evaluate(_READY)
    page.context.close()
    return since_request, since_load


def answers(browser: Browser, address: str) -> tuple[list[float], float]:
    """Say one thing after another. Returns milliseconds from each key press until the answer was
    drawn, and the sum of layout shifts meanwhile, none excused."""
    page = _page(browser, address)
    page.goto(address)
    page.evaluate("drawn('.message.bot', 1)")
    page.wait_for_timeout(500)  # the socket
    page.evaluate("window.shift = 0")
    times = [page.evaluate(_ANSWER, [f"第{number}句", number + 2]) for number in range(_ANSWERS)]
    shift = page.evaluate("window.shift")
    page.context.close()
    return times, shift


def product_answers(address: str) -> Figures:
    """Ask the whole product, one question in each new conversation; the first ones warm it."""
    asked = itertools.cycle(question.text for question in development_questions("answer"))
    times: list[float] = []
    with chromium() as browser:
        for question in itertools.islice(asked, _WARM_UP_QUESTIONS + _QUESTIONS):
            page = _page(browser, address)
            page.goto(address)
            page.evaluate("drawn('.message.bot', 1)")
            page.wait_for_timeout(300)  # the socket
            times.append(page.evaluate(_ANSWER, [question, 2]))
            page.context.close()
    times = times[_WARM_UP_QUESTIONS:]
    return {
        "product_answers": len(times),
        "product_answer_p50_ms": round(_quantile(times, 50)),
        "product_answer_p95_ms": round(_quantile(times, 95)),
        "product_answer_slowest_ms": round(max(times)),
    }


def history(browser: Browser, address: str, token: str, conversation: str) -> Figures:
    """Show a long conversation after a reload, and scroll through it."""
    page = _page(browser, address)
    kept = json.dumps({"id": conversation, "token": token})
    page.add_init_script(f"sessionStorage.setItem('union-assistant:{address}/', {kept!r})")
    page.goto(address)
    shown = page.evaluate(f"drawn('.message', {_HISTORY})")
    page.wait_for_timeout(500)
    page.mouse.move(_PHONE["width"] / 2, _PHONE["height"] / 2)
    page.evaluate(_FRAMES)
    for number in range(_WHEELS):
        page.mouse.wheel(0, -_WHEEL_PX if number < _WHEELS / 2 else _WHEEL_PX)
    page.wait_for_timeout(500)
    frames = page.evaluate("window.frames")
    page.context.close()
    return {
        "history_messages": _HISTORY,
        "history_shown_ms": round(shown),
        "scroll_frames": len(frames),
        "scroll_frame_p50_ms": round(_quantile(frames, 50), 1),
        "scroll_frame_p95_ms": round(_quantile(frames, 95), 1),
        "scroll_frame_slowest_ms": round(max(frames), 1),
    }


async def long_conversation(data: Path) -> tuple[str, str]:
    """Make a database with one long conversation; its token and its id."""
    database = Database(f"sqlite+aiosqlite:///{data / 'gateway.db'}")
    token = tokens.new_token()
    try:
        await schema.upgrade(database)
        async with database.write() as session:
            hashed = tokens.hash_token(token, PLACEHOLDER_SECRET_KEY)
            made = await access.create_conversation(session, Channel.WEB, token_hash=hashed)
            await access.append(session, made, [_message(number) for number in range(_HISTORY)])
    finally:
        await database.close()
    return token, made.id


def _message(number: int) -> Message:
    if number % 2 == 0:
        return Message.of(Author.WORKER, MessageKind.CHAT, f"第{number}句，加班费怎么算？")
    text = "加班费看是哪种班：\n\n- 平时下班后：**150%**\n- 周末休息日：**200%**\n\n先收好考勤。"
    return Message.of(Author.BOT, MessageKind.ANSWER, text)


def measure(address: str, token: str, conversation: str) -> Figures:
    """All figures."""
    with chromium() as browser:
        start(browser, address)  # the first one warms gateway and browser
        starts = [start(browser, address) for _ in range(_STARTS)]
        slow = start(browser, address, slow=True)
        times, shift = answers(browser, address)
        long = history(browser, address, token, conversation)
    return {
        "gzipped_bytes": len(widget_bundle().gzipped),
        "plain_bytes": len(widget_bundle().body),
        "ready_p50_ms": round(_quantile([each for each, _ in starts], 50)),
        "ready_p95_ms": round(_quantile([each for each, _ in starts], 95)),
        "ready_after_load_p95_ms": round(_quantile([each for _, each in starts], 95)),
        "ready_slow_3g_ms": round(slow[0]),
        "answers": len(times),
        "answer_p50_ms": round(_quantile(times, 50)),
        "answer_p95_ms": round(_quantile(times, 95)),
        "answer_slowest_ms": round(max(times)),
        "layout_shift": round(shift, 4),
        **long,
    }


def run(data: Path) -> Figures:
    """Start bot and gateway, measure, and stop them."""
    token, conversation = asyncio.run(long_conversation(data))
    port, bot_port = free_ports(2)
    bot = multiprocessing.Process(target=quick_bot.serve, args=(bot_port,), daemon=True)
    bot.start()
    environment = {
        **os.environ,
        "UNION_DATA_DIR": str(data),
        "UNION_DATABASE_URL": f"sqlite+aiosqlite:///{data / 'gateway.db'}",
        "UNION_SECRET_KEY": PLACEHOLDER_SECRET_KEY,
        "UNION_PORT": str(port),
        "UNION_RASA_URLS": f"http://127.0.0.1:{bot_port}",
        "UNION_LOG_LEVEL": "WARNING",
        "UNION_RATE_LIMIT_SCALE": "0",
    }
    gateway = subprocess.Popen(_GATEWAY, cwd=ROOT, env=environment)
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until_ready(f"{address}/healthz", gateway, _START_WITHIN_SECONDS)
        return measure(address, token, conversation)
    finally:
        gateway.send_signal(signal.SIGTERM)
        gateway.wait(timeout=60)
        bot.kill()


def _page(browser: Browser, address: str, path: str = "") -> Page:
    page = browser.new_context(viewport=_PHONE, locale="zh-CN").new_page()  # type: ignore[arg-type]
    page.add_init_script(_WATCH)
    if path:
        page.route(
            address + path, lambda route: route.fulfill(body=_EMBEDDING, content_type="text/html")
        )
    return page


def _session(page: Page) -> CDPSession:
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    return session


def _quantile(values: Sequence[float], percent: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def main() -> int:
    """Measure, print and write the figures; fail when a claim does not hold."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    with tempfile.TemporaryDirectory(prefix="union-widget-") as scratch:
        alone, whole = Path(scratch) / "gateway", Path(scratch) / "product"
        alone.mkdir()
        figures = run(alone)
        with running_product(whole, UNION_RATE_LIMIT_SCALE="0") as product:
            figures |= product_answers(product.gateway)
    folder = data_directory() / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    content = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        **figures,
    }
    (folder / "widget.json").write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    for name, value in figures.items():
        print(f"{name:24} {value}")
    broken = [name for name, most in _CLAIMS.items() if figures[name] > most]
    for name in broken:
        print(f"{name} is above {_CLAIMS[name]}", file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
