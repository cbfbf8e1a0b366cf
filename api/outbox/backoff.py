"""How long to wait between attempts."""

from datetime import timedelta

LONGEST_PAUSE = timedelta(hours=1)
"""Also for a receiver that asks for more: nothing may sleep unseen."""
_FIRST_S = 5.0
_FACTOR = 3.0


def pause_after(attempt: int, jitter: float, asked_for: timedelta | None = None) -> timedelta:
    """The pause after a failed attempt, counted from 1.

    It starts at 5 seconds and triples, up to an hour; ten attempts take some three hours.
    ``jitter`` in [0, 1] takes away up to half of it, lest all items of a failed receiver come
    back at once. Never shorter than the receiver ``asked_for``.
    """
    full_s = min(_FIRST_S * _FACTOR ** (attempt - 1), LONGEST_PAUSE.total_seconds())
    pause = timedelta(seconds=full_s * (1 - jitter / 2))
    return min(max(pause, asked_for or timedelta()), LONGEST_PAUSE)
