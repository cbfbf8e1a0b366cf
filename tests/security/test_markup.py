"""Nobody's words become markup, a formula or a header, wherever they are shown or written to.

What a real browser makes of them is in ``tests/browser``: ``test_embedding.py`` for the chat
window, ``console/test_inbox_faults.py`` for the desk.
"""

import csv
import io
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from pdfminer.high_level import extract_text

from api.storage.models import Role, now
from tests.api import fake_rasa
from tests.api.fake_rasa import FakeRasa
from tests.api.gateway import Gateway, Worker
from tests.security.staff import hired

pytestmark = pytest.mark.anyio
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)>"
EMPLOYER = "宏达<b>&<font color=red>厂"
FORMULA = '=HYPERLINK("http://evil.example","工资")'
API = Path(__file__).parents[2] / "api"
# Where HTML is put into a page, each with the reason why it is safe.
RAW_HTML = {
    "console/shell.py": "a link made of the console's own texts",
    "console/knowledge/preview_view.py": "the same safe HTML as workers get (channels.markdown)",
    "console/people/factor_card.py": "a QR code that the gateway drew",
}
_RAW = re.compile(
    r"sanitize=False|innerHTML|outerHTML|insertAdjacentHTML|document\.write|v-html|eval\("
)


async def test_the_api_gives_workers_words_as_text(worker: Worker, rasa: FakeRasa) -> None:
    said = await worker.say(SCRIPT)
    shown = (await worker.history())["messages"]
    by_worker = next(each for each in shown if each["author"] == "worker")
    assert by_worker["text"] == SCRIPT
    for each in [*said["messages"], *shown]:
        assert not re.search(r"<(?!/?(p|br)\b)", each["html"]), each["html"]


async def test_every_answer_says_what_it_is(running_gateway: Gateway, worker: Worker) -> None:
    await worker.say(SCRIPT)
    client = running_gateway.client
    for url in (worker.url, "/api/v1/me/export", f"/{SCRIPT}", "/api/v1/conversations"):
        response = await client.get(url, headers=worker.headers)
        assert response.headers["Content-Type"] == "application/json"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")
    exported = await client.get("/api/v1/me/export", headers=worker.headers)
    assert exported.headers["Content-Disposition"].startswith("attachment;")


@pytest.mark.parametrize("employer", [EMPLOYER, FORMULA, "＝1+1"])
async def test_reports_hold_words_as_words(
    running_gateway: Gateway, rasa: FakeRasa, employer: str
) -> None:
    worker = await running_gateway.worker()
    rasa.answer = lambda _: fake_rasa.turn(_handoff(employer))
    await worker.say(f"{employer} 三个月没发工资")
    boss = await hired(running_gateway.app, Role.SUPERVISOR)
    at = now() + timedelta(hours=8)  # the month in Hangzhou
    url = f"/api/v1/staff/reports/wage-arrears/{at:%Y-%m}"

    async def get(path: str, **params: str) -> bytes:
        response = await running_gateway.client.get(path, params=params, headers=boss.headers)
        assert response.status_code == 200, response.text
        assert response.headers["Content-Disposition"].startswith("attachment;")
        return response.content

    book = load_workbook(io.BytesIO(await get(f"{url}/file", format="xlsx")))
    cells = [cell for sheet in book for row in sheet.rows for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    text = extract_text(io.BytesIO(await get(f"{url}/file", format="pdf")))
    assert "欠薪案件月报" in text
    assert employer is not EMPLOYER or "宏达" in text
    rows = await get("/api/v1/staff/reports/conversations.csv")
    for row in csv.reader(io.StringIO(rows.decode("utf-8-sig"))):
        assert not any(cell.startswith(("=", "+", "@", "\t", "＝")) for cell in row)
        assert employer not in "".join(row)


def test_html_goes_into_pages_in_known_places_only() -> None:
    found = {
        str(path.relative_to(API))
        for suffix in ("*.py", "*.js", "*.html")
        for path in API.rglob(suffix)
        if _RAW.search(path.read_text(encoding="utf-8"))
    }
    assert found == set(RAW_HTML)


def _handoff(employer: str) -> dict[str, Any]:
    handoff = fake_rasa.HANDOFF["handoff"]
    assert isinstance(handoff, dict)
    facts = {"employer": employer, "amount": "两万", "what_happened": employer}
    return fake_rasa.HANDOFF | {
        "handoff": handoff | {"category": "欠薪与工资支付", "case_facts": facts}
    }
