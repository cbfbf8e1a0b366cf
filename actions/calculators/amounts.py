"""Rounding and printing of money and figures."""

from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


def to_cents(amount: Decimal) -> Decimal:
    """Round yuan to the cent, halves up, as wages are paid."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def yuan(amount: Decimal) -> str:
    """Print yuan rounded to the cent, without needless zeros: 551.72, 8000, 0.5."""
    return plain(to_cents(amount))


def plain(figure: Decimal) -> str:
    """Print a figure without exponent and trailing zeros."""
    text = f"{figure:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
