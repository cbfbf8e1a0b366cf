"""Sentence encoders: the bundled default, and any sentence-transformers model by setting."""
