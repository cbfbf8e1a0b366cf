"""The fixed list of service areas (``areas.yml``)."""

from functools import cache
from pathlib import Path

import yaml

AREAS_FILE = Path(__file__).with_name("areas.yml")


@cache
def area_names() -> dict[str, str]:
    """Return the area slugs with their Chinese names, in the order of the file."""
    names: dict[str, str] = yaml.safe_load(AREAS_FILE.read_text(encoding="utf-8"))
    return names
