"""Small C libraries that programs load before all others (``LD_PRELOAD``)."""

import shutil
import subprocess
from pathlib import Path


class MissingToolError(Exception):
    """Something of the operating system is missing; the message names Debian's package."""


def compiled(source: str, scratch: Path) -> Path:
    """Compile a file of this folder into ``scratch``. Raises ``MissingToolError``."""
    compiler = shutil.which("cc")
    if compiler is None:
        raise MissingToolError("a C compiler is needed (Debian: apt install gcc libc6-dev)")
    library = (scratch / source).with_suffix(".so")
    options = ["-shared", "-fPIC", "-O2", "-Wall", "-Wextra", "-Werror", "-o", str(library)]
    path = Path(__file__).with_name(source)
    subprocess.run([compiler, *options, str(path), "-ldl"], check=True)
    return library
