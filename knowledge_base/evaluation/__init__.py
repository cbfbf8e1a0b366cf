"""How good is the search, and how well does it know when to answer?

Definitions and formats stand in ``docs/evaluation.md``.
"""
