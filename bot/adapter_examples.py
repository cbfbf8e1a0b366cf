"""What the adapters of ``adapters`` are trained on, as JSON lines: ``python adapter_examples.py``.

    cd bot && .venv/bin/python adapter_examples.py > ../var/examples.jsonl && cd ..
    .venv/bin/python -m knowledge_base finetune-intents var/examples.jsonl bot/adapters
    .venv/bin/python -m knowledge_base finetune-intents var/examples.jsonl bot/adapters --fold 0

An adapter ``fold-N`` has not seen the examples of fold N; the cross-validation reads those with it.
"""

import json
import os
import sys
from pathlib import Path

import hardening

from rasa.shared.nlu.training_data.loading import load_data  # isort: skip

BOT_DIRECTORY = Path(__file__).resolve().parent


def main() -> None:
    """Write the lines to standard output."""
    os.chdir(BOT_DIRECTORY)
    sys.path.insert(0, str(BOT_DIRECTORY))
    from components.quantities.folding import fold
    from evaluate import fold_of

    hardening.configure_logging()
    for directory in ("data/nlu", "data/nlu_contrast"):
        for example in load_data(directory, "zh").intent_examples:
            text = example.get("text")
            line = {"text": fold(text), "intent": example.get("intent"), "fold": fold_of(text)}
            print(json.dumps(line, ensure_ascii=False))


if __name__ == "__main__":
    main()
