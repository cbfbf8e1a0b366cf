"""What the doctor finds, a line each."""

from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    """How it is."""

    RIGHT = "right"
    DOUBTFUL = "doubtful"
    """It works, but an operator should look at it."""
    WRONG = "wrong"

    @property
    def mark(self) -> str:
        """For the terminal."""
        return {Grade.RIGHT: "ok", Grade.DOUBTFUL: "! ", Grade.WRONG: "x "}[self]


@dataclass(frozen=True, slots=True)
class Finding:
    """``remedy``: what to do; empty where everything is right."""

    subject: str
    grade: Grade
    says: str
    remedy: str = ""

    def line(self) -> str:
        """For the terminal."""
        remedy = f" → {self.remedy}" if self.remedy else ""
        return f"{self.grade.mark} {self.subject:<12} {self.says}{remedy}"


def right(subject: str, says: str) -> Finding:
    """All is well."""
    return Finding(subject, Grade.RIGHT, says)


def doubtful(subject: str, says: str, remedy: str) -> Finding:
    """It works, and could be better."""
    return Finding(subject, Grade.DOUBTFUL, says, remedy)


def wrong(subject: str, says: str, remedy: str) -> Finding:
    """It does not work, or is dangerous."""
    return Finding(subject, Grade.WRONG, says, remedy)
