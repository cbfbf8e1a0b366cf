"""How messages of one conversation are kept in order."""
