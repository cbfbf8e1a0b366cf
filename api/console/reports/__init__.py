"""Pages of figures, early warnings and the monthly report."""
