"""Where the fuzzing runs leave what came out."""

import json
import os
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

EVIDENCE: Final = Path(__file__).parents[1] / "docs" / "evidence"


def write(path: Path, content: Mapping[str, object]) -> None:
    """One JSON object, with the time and the machine in front."""
    record = {
        "run_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        **content,
    }
    path.write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
