"""Pages of other hosts that embed the window, and the modules one by one."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

SOURCES = Path(__file__).parents[2] / "api" / "widget" / "src"
HOST = "127.0.0.1"


class Site:
    """A web server; ``put`` a page and open its address."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.pages: dict[str, tuple[str, dict[str, str]]] = {}

    def put(self, path: str, body: str, **headers: str) -> str:
        """``headers``: with underscores for hyphens. Returns the address."""
        self.pages[path] = body, {name.replace("_", "-"): text for name, text in headers.items()}
        return self.url + path


@contextmanager
def serving() -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            source = SOURCES / self.path.removeprefix("/src/")
            if self.path.startswith("/src/") and source.is_file():
                self._answer(source.read_text(encoding="utf-8"), "text/javascript", {})
            elif self.path in site.pages:
                body, headers = site.pages[self.path]
                self._answer(body, "text/html", headers)
            else:
                self.send_error(404)

        def _answer(self, body: str, kind: str, headers: dict[str, str]) -> None:
            data = body.encode()
            self.send_response(200)
            for name, text in {"Content-Type": f"{kind}; charset=utf-8", **headers}.items():
                self.send_header(name, text)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer((HOST, 0), Handler)
    site = Site(f"http://{HOST}:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
