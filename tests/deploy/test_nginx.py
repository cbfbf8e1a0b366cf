"""The reverse proxy: what it must hide, and what it must let through."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from api.attachments.routes import UPLOAD_MAX_BYTES
from api.security.access_table import ACCESS, WEBSOCKET, Caller
from api.settings import Settings

NGINX = Path(__file__).parents[2] / "deploy" / "nginx"
TEXT = re.sub(r"#.*", "", (NGINX / "union.conf").read_text(encoding="utf-8"))
UNITS = {"k": 1024, "m": 1024**2}


def locations() -> list[tuple[str, str, str]]:
    """Modifier, place and body of each."""
    found = re.findall(r"location\s+(?:(=|~|\^~)\s+)?(\S+)\s*\{([^}]*)\}", TEXT)
    assert len(found) == TEXT.count("location ")
    return found


def location_for(path: str) -> str:
    """The body that nginx takes: an exact one, else the first pattern, else the longest prefix.
    Of the server that speaks TLS, which is the last."""
    of_tls = [found for found in locations() if "308" not in found[2] and "acme" not in found[2]]
    for modifier, place, body in of_tls:
        if modifier == "=" and place == path:
            return body
    for modifier, place, body in of_tls:
        if modifier == "~" and re.search(place, path):
            return body
    prefixes = [
        (place, body) for modifier, place, body in of_tls if not modifier and path.startswith(place)
    ]
    return max(prefixes, key=lambda each: len(each[0]))[1]


def concrete(path: str) -> str:
    return re.sub(r"\{\w+\}", "01M855EHVTB7ANMVT100NEDVMT", path)


@pytest.mark.parametrize(
    "path",
    sorted(
        {path for (_, path), row in ACCESS.items() if row.caller is Caller.OPERATOR}
        | {"/openapi.json", "/metrics"}
    ),
)
def test_routes_of_operators_are_hidden(path: str) -> None:
    assert location_for(path).split() == ["return", "404;"]


@pytest.mark.parametrize(
    "path",
    sorted(
        path
        for (_, path), row in ACCESS.items()
        if row.caller is not Caller.OPERATOR and path != "/openapi.json"
    ),
)
def test_everything_else_reaches_the_gateway(path: str) -> None:
    assert "proxy_pass http://union_gateway;" in location_for(concrete(path))


def test_live_channels_are_upgraded() -> None:
    paths = [concrete(path) for (method, path) in ACCESS if method == WEBSOCKET]
    assert paths
    for path in [*paths, "/staff/_nicegui_ws/socket.io"]:
        assert "proxy_set_header Upgrade $http_upgrade;" in location_for(path)


def test_headers_are_not_lost_where_a_location_sets_some() -> None:
    """nginx inherits none of them as soon as a location sets one."""
    for _, _, body in locations():
        if "proxy_set_header" in body:
            for header in ("Host", "X-Forwarded-For", "X-Forwarded-Proto"):
                assert f"proxy_set_header {header} " in body


def test_bodies_that_the_gateway_takes_pass() -> None:
    (common,) = re.findall(r"client_max_body_size (\d+)([km]);\s+client_body_timeout", TEXT)
    assert int(common[0]) * UNITS[common[1]] >= Settings().max_body_bytes
    upload = location_for("/api/v1/conversations/01M855EHVTB7ANMVT100NEDVMT/attachments")
    (size,) = re.findall(r"client_max_body_size (\d+)m;", upload)
    assert int(size) * UNITS["m"] >= UPLOAD_MAX_BYTES


def test_nothing_leads_to_rasa_or_the_action_server() -> None:
    for path in NGINX.iterdir():
        text = re.sub(r"#.*", "", path.read_text(encoding="utf-8"))
        assert not re.search(r"5005|5055|rasa|actions", text), path.name


def test_only_current_tls() -> None:
    assert "ssl_protocols TLSv1.2 TLSv1.3;" in TEXT


def test_nginx_understands_it(tmp_path: Path) -> None:
    nginx, openssl = shutil.which("nginx"), shutil.which("openssl")
    if nginx is None or openssl is None:
        pytest.skip("NOT CHECKED: nginx is not installed, so nginx did not read its configuration")
    certificates = tmp_path / "certificates"
    certificates.mkdir()
    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    key, certificate = certificates / "privkey.pem", certificates / "fullchain.pem"
    subprocess.run(
        [openssl, "req", "-x509", *curve, "-subj", "/CN=x", "-keyout", key, "-out", certificate],
        check=True,
        capture_output=True,
    )
    text = (NGINX / "union.conf").read_text(encoding="utf-8")
    text = text.replace("/etc/nginx/", f"{tmp_path}/").replace("/var/log/nginx/", f"{tmp_path}/")
    # Sockets of the test's own: reading the configuration opens them.
    text = re.sub(r" *listen \[::\].*\n", "", text)
    text = re.sub(r"listen (80|443)\b", rf"listen unix:{tmp_path}/\1", text)
    (tmp_path / "union.conf").write_text(text, encoding="utf-8")
    shutil.copy(NGINX / "upstream.conf", tmp_path / "union-upstream.conf")
    temporary = "".join(
        f"{kind}_temp_path {tmp_path}/{kind}; "
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid; error_log {tmp_path}/log; events {{}}"
        f" http {{ {temporary} include union.conf; }}",
        encoding="utf-8",
    )
    done = subprocess.run(
        [nginx, "-t", "-p", tmp_path, "-c", tmp_path / "nginx.conf"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
