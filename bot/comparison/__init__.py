"""Other ways to understand a message, compared with the one in use (docs/decisions/0006)."""
