"""Drives the documented interface and the parsers with made-up input."""
