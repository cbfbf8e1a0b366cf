"""Starts the dialogue server: ``python start.py`` in this folder.

Environment:
    UNION_RASA_SECRET      shared secret of the gateway; required
    UNION_RASA_HOST        127.0.0.1
    UNION_RASA_PORT        5005
    UNION_RASA_MODEL       models/union.tar.gz
    UNION_ACTIONS_URL      http://127.0.0.1:5055
    UNION_RASA_TRACKER_DB  ../var/tracker.db
"""

import os
import sys
from pathlib import Path
from typing import Any, Final

import hardening
import shared_vector

from rasa.core.agent import load_agent  # isort: skip
from rasa.core.channels.channel import register  # isort: skip
from rasa.core.run import create_http_input_channels  # isort: skip
from rasa.core.utils import AvailableEndpoints  # isort: skip
from sanic import Sanic  # isort: skip

BOT_DIRECTORY: Final = Path(__file__).resolve().parent
DEFAULTS: Final = {
    "UNION_RASA_SECRET": "",
    "UNION_RASA_HOST": "127.0.0.1",
    "UNION_RASA_PORT": "5005",
    "UNION_RASA_MODEL": "models/union.tar.gz",
    "UNION_ACTIONS_URL": "http://127.0.0.1:5055",
    "UNION_RASA_TRACKER_DB": "../var/tracker.db",
}
MAX_REQUEST_BYTES: Final = 256 * 1024
RESPONSE_TIMEOUT_SECONDS: Final = 60
KEEP_ALIVE_SECONDS: Final = 120


def build_app(model: Path) -> Sanic:
    """The server with its one channel and no HTTP API.

    Raises:
        rasa.shared.exceptions.RasaException: when the secret or a variable of the
            configuration files is missing.
    """
    endpoints = AvailableEndpoints.read_endpoints("endpoints.yml")
    endpoints.action = shared_vector.VectorSharingEndpoint.of(endpoints.action)
    channels = create_http_input_channels(None, "credentials.yml")
    # Rasa's own would look at each response for other origins, which have no business here.
    app = Sanic("union_bot", configure_logging=False)
    register(channels, app, route="/webhooks/")
    app.config.REQUEST_MAX_SIZE = MAX_REQUEST_BYTES
    app.config.RESPONSE_TIMEOUT = RESPONSE_TIMEOUT_SECONDS
    app.config.KEEP_ALIVE_TIMEOUT = KEEP_ALIVE_SECONDS

    async def load(app: Sanic, loop: Any) -> None:
        agent = await load_agent(model_path=str(model), endpoints=endpoints, loop=loop)
        if not agent.is_ready():
            raise RuntimeError(f"The model {model} cannot be loaded.")
        app.ctx.agent = agent

    async def close(_app: Sanic, _loop: Any) -> None:
        await endpoints.action.close()

    app.register_listener(load, "before_server_start")
    app.register_listener(close, "after_server_stop")
    return app


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    os.chdir(BOT_DIRECTORY)
    # Rasa names components, channel and stores by module, relative to this folder.
    sys.path.insert(0, str(BOT_DIRECTORY))
    for name, value in DEFAULTS.items():
        os.environ.setdefault(name, value)
    if not os.environ["UNION_RASA_SECRET"].strip():
        sys.exit("UNION_RASA_SECRET is empty: set the secret shared with the gateway.")
    model = Path(os.environ["UNION_RASA_MODEL"])
    if not model.is_file():
        sys.exit(f"There is no model at {model}: run train.py first.")
    hardening.configure_logging()
    hardening.use_compiled_validator()
    hardening.use_event_table()
    hardening.run_graphs_plainly()
    hardening.read_in_a_thread()
    hardening.copy_nothing_for_the_log()
    hardening.send_no_history()
    app = build_app(model)
    app.run(
        host=os.environ["UNION_RASA_HOST"],
        port=int(os.environ["UNION_RASA_PORT"]),
        access_log=False,
        motd=False,
        workers=1,
    )


if __name__ == "__main__":
    main()
