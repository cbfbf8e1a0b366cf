"""nginx of a cluster: the proxy of ``deploy/nginx`` on loopback, and one for the action servers.

The first is made from the very files that operators install, less TLS, so that whatever passes a
cluster passes them. The second is never reachable from outside, like the action servers.
"""

import re
import shlex
import socket
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from scripts.cluster.programs import Programs
from scripts.cluster.supervision import Member
from scripts.processes import Process
from scripts.steps import ROOT

DEPLOYED = ROOT / "deploy" / "nginx"
_PROBE_SECONDS = 2.0
_TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
_CONFIGURATION = """\
daemon off;
# One process. Workers would outlive a master that is killed, and hold the port.
master_process off;
pid {folder}/nginx.pid;
error_log stderr warn;

events {{
    worker_connections 4096;
}}

http {{
    access_log off;
{temporary}

    include {folder}/union.conf;

    upstream union_actions {{
        least_conn;
{actions}
        keepalive 32;
        keepalive_timeout 4s;
    }}

    server {{
        listen 127.0.0.1:{actions_port};
        access_log off;
        client_max_body_size 8m;
        keepalive_requests 1000000;

        location / {{
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_connect_timeout 1s;
            # An action keeps nothing, so one that was cut off may be asked of the other server.
            proxy_next_upstream error timeout non_idempotent;
            proxy_pass http://union_actions;
        }}
    }}
}}
"""


class Proxy:
    """Files and process; ``port`` is where workers come in, ``actions_port`` where Rasa does."""

    def __init__(self, programs: Programs, folder: Path, port: int, actions_port: int) -> None:
        self._program = programs.nginx
        self._folder = folder
        self._port = port
        self._actions_port = actions_port

    @property
    def configuration(self) -> Path:
        """The file that nginx reads first."""
        return self._folder / "nginx.conf"

    def write(self, gateways: Sequence[int], actions: Sequence[int]) -> None:
        """Write the configuration for the ports of the servers behind it."""
        self._folder.mkdir(mode=0o700)
        deployed = (DEPLOYED / "union.conf").read_text(encoding="utf-8")
        upstream = (DEPLOYED / "upstream.conf").read_text(encoding="utf-8")
        (self._folder / "union.conf").write_text(
            without_tls(deployed, self._port, self._folder / "upstream.conf"), encoding="utf-8"
        )
        (self._folder / "upstream.conf").write_text(
            re.sub(r" *server .*;", _servers(gateways), upstream), encoding="utf-8"
        )
        self.configuration.write_text(
            _CONFIGURATION.format(
                folder=self._folder,
                temporary="\n".join(
                    f"    {kind}_temp_path {self._folder}/{kind};" for kind in _TEMPORARY
                ),
                actions=_servers(actions),
                actions_port=self._actions_port,
            ),
            encoding="utf-8",
        )

    def member(self) -> Member:
        """nginx under supervision."""
        command = [str(self._program), "-p", str(self._folder), "-c", str(self.configuration)]
        # Without it, nginx opens the log of its package first.
        command += ["-e", "stderr"]
        address = f"http://127.0.0.1:{self._port}/"
        process = Process("nginx", shlex.join(command), address, directory=self._folder)
        return Member(process, partial(_accepts, self._port))


def without_tls(deployed: str, port: int, upstream: Path) -> str:
    """The deployed proxy as one that speaks HTTP on a loopback port.

    Raises:
        ValueError: the deployed file is not built as it was.
    """
    text, redirecting = re.subn(r"server \{\n    listen 80;.*?\n\}\n", "", deployed, flags=re.S)
    text, listening = re.subn(r"listen 443 .*;", f"listen 127.0.0.1:{port};", text)
    text, including = re.subn(r"include /etc/nginx/\S+;", f"include {upstream};", text)
    if (redirecting, listening, including) != (1, 1, 1):
        raise ValueError("deploy/nginx/union.conf is not built as this program expects")
    return re.sub(r" *(?:listen \[::\]|ssl_|access_log ).*\n", "", text)


def _servers(ports: Sequence[int]) -> str:
    return "\n".join(
        f"        server 127.0.0.1:{port} max_fails=3 fail_timeout=5s;" for port in ports
    )


def _accepts(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=_PROBE_SECONDS).close()
    except OSError:
        return False
    return True
