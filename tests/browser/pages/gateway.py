"""The gateway with its console in a process of its own, as an operator starts it.

NiceGUI has one application for a process, and others of these tests have theirs in this one.
"""

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from api.knowledge.hit_test import HitTest, HitView

ROOT = Path(__file__).parents[3]
_STARTED = "Uvicorn running"
_HOST = "127.0.0.1"


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server((_HOST, 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(folder: Path, port: int, actions_url: str) -> Iterator[str]:
    """``python -m api serve`` on the data in ``folder``; its address."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("UNION_")}
    environment = clean | {
        "UNION_DATA_DIR": str(folder),
        "UNION_PORT": str(port),
        "UNION_ACTIONS_URL": actions_url,
        "UNION_RASA_URLS": actions_url,
        "UNION_RECOVERY_WAIT": "0",
        "UNION_RATE_LIMIT_SCALE": "0",
        "UNION_REVIEW_SHARE": "0",
    }
    log = folder / "gateway.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "api", "serve"],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        with log.open() as lines:
            while _STARTED not in lines.readline():
                assert process.poll() is None, log.read_text()
        yield f"http://{_HOST}:{port}"
    finally:
        process.terminate()
        process.wait(30)


@contextmanager
def action_server() -> Iterator[str]:
    """Answers the hit test as the action server does; its address."""
    server = ThreadingHTTPServer((_HOST, 0), _ActionServer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://{_HOST}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


class _ActionServer(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path != "/hit-test":
            self.send_error(404)
            return
        content = _told(body["text"]).model_dump_json().encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Nothing."""


def _told(text: str) -> HitTest:
    return HitTest(
        query=text,
        rewritten=text,
        decision="answer",
        probability=0.93,
        hits=[
            _hit("wage-arrears-what-to-do", "被拖欠工资怎么办", "怎么办理", 0.93),
            _hit("wage-arrears-no-proof", "没有工资条、没签字，能投诉欠薪吗", "需要材料", 0.41),
            _hit("wage-arrears-online-platform", "网上怎么反映欠薪", "怎么办理", 0.17),
        ],
        version="20261101-1",
        fingerprint="f1",
        encoder="e5-small",
        answer_from=0.62,
        choices_from=0.35,
        parts=[],
    )


def _hit(article_id: str, title: str, section: str, probability: float) -> HitView:
    return HitView(
        article_id=article_id,
        title=title,
        kind="article",
        revision="1",
        verified=True,
        section=section,
        asked=[],
        bm25=round(14 * probability, 3),
        pinyin=round(6 * probability, 3),
        dense=round(0.6 + probability / 4, 3),
        fused=round(probability / 30, 4),
        score=round(2 * probability, 3),
        probability=probability,
    )
