"""Custom components of the language understanding pipeline."""
