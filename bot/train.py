"""Trains ``models/union.tar.gz`` from the files of this folder: ``python train.py``.

It reads with ``models/reader``, which the set-up makes before (``python -m knowledge_base
export-reader``); nothing outside this folder is read, so the same data gives the same model.
"""

import os
import sys
from pathlib import Path

# Both cores; `hardening` leaves one to a server, which has no product as large as the kernel.
os.environ.setdefault("OPENBLAS_NUM_THREADS", str(os.cpu_count() or 1))

import hardening  # before Rasa: switches reporting to third parties off

from rasa import train  # isort: skip

BOT_DIRECTORY = Path(__file__).resolve().parent
MODEL_NAME = "union"


def main() -> int:
    """Train the model and return the exit code, 0 when it was written."""
    os.chdir(BOT_DIRECTORY)
    # Rasa names the custom components by module, relative to this folder.
    sys.path.insert(0, str(BOT_DIRECTORY))
    hardening.skip_training_cache()
    result = train(
        domain="domain",
        config="config.yml",
        training_files=["data"],
        output="models",
        force_training=True,
        fixed_model_name=MODEL_NAME,
    )
    return int(result.code)


if __name__ == "__main__":
    sys.exit(main())
