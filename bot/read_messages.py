"""What the trained model makes of messages: ``python read_messages.py tests/data/border.yml``.

Prints accuracy, and for each intent recall, precision, the share that is taken for one that
brings a person, and the share that is told where help in danger is: what is taken for a crisis, and
what also reads like one. The gateway's own guard, which knows more words of a crisis, is not asked.
"""

import argparse
import asyncio
import os
import sys
from collections import Counter
from pathlib import Path
from typing import Final

import yaml

import evaluate
import hardening

from components.intent_caution import YIELDED  # isort: skip
from rasa.core.agent import Agent  # isort: skip

BOT_DIRECTORY: Final = Path(__file__).resolve().parent


async def read(agent: Agent, messages: dict[str, list[str]]) -> Counter[tuple[str, str, bool]]:
    """Return how often an intent was read as which, and whether with words for danger."""
    read_as = Counter[tuple[str, str, bool]]()
    for intent, texts in messages.items():
        for text in texts:
            understood = await agent.parse_message(text)
            taken_for = understood["intent"]["name"]
            in_danger = "crisis" in (taken_for, understood.get(YIELDED))
            read_as[intent, taken_for, in_danger] += 1
    return read_as


def table(read_as: Counter[tuple[str, str, bool]]) -> list[str]:
    """Return the lines to print, the most frequent intents first."""
    true, found, right, person = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    helped = Counter[str]()
    for (intent, taken_for, in_danger), times in read_as.items():
        true[intent] += times
        found[taken_for] += times
        right[intent] += times * (intent == taken_for)
        person[intent] += times * (taken_for in evaluate.RISKY)
        helped[intent] += times * in_danger
    scores = evaluate.scores(true, found, right)
    lines = [f"{true.total()} messages, accuracy {right.total() / true.total():.3f}"]
    for intent, times in true.most_common():
        lines.append(
            f"{intent:24} {times:5}  recall {scores[intent]['recall']:.3f}"
            f"  precision {scores[intent]['precision']:.3f}"
            f"  a person {person[intent] / times:.3f}  help {helped[intent] / times:.3f}"
        )
    return lines


def main() -> int:
    """Read and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    messages = yaml.safe_load(parser.parse_args().file.read_text(encoding="utf-8"))
    os.chdir(BOT_DIRECTORY)
    sys.path.insert(0, str(BOT_DIRECTORY))
    hardening.configure_logging()
    agent = Agent.load("models/union.tar.gz")
    print("\n".join(table(asyncio.run(read(agent, messages)))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
