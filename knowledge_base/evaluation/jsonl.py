"""Files of one JSON object per line, held against a model."""

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

Row = TypeVar("Row", bound=BaseModel)


class EvaluationDataError(Exception):
    """A file of questions, judgements or results is not sound; names file and line."""


def read_text_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the lines that are not blank, with their numbers from 1 on.

    Raises:
        EvaluationDataError: the file is not UTF-8.
        OSError: the file cannot be read.
    """
    try:
        # Some tools begin a file with a byte order mark.
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise EvaluationDataError(f"{path}: not UTF-8 ({error})") from error
    # Only a line feed ends a line: JSON may hold other line separators.
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, line


def read_jsonl(path: Path, model: type[Row]) -> Iterator[tuple[int, Row]]:
    """Yield line number and row.

    Raises:
        EvaluationDataError: a line is not a valid row.
        OSError: the file cannot be read.
    """
    for number, line in read_text_lines(path):
        try:
            yield number, model.model_validate_json(line)
        except ValidationError as error:
            first = error.errors()[0]
            rule = ".".join(str(part) for part in first["loc"]) or "json"
            raise EvaluationDataError(f"{path}:{number}: [{rule}] {first['msg']}") from error
