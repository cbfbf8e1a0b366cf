"""Adapting the encoder to how workers ask: examples, low-rank training, keep-if-better."""
