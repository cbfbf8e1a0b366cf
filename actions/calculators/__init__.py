"""Calculators: pure functions on Decimal and date, each with its legal source, and what the
dialogue needs to fill in their figures. None knows Rasa, and none reads the clock."""
