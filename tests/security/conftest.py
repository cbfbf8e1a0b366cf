from tests.api.conftest import (  # noqa: F401 - fixtures
    anyio_backend,
    migrated_file,
    rasa,
    running_gateway,
    settings,
    unused_url,
    worker,
)
