"""Putting articles into service: staged, compared with what is in use, then switched to.

See ``docs/knowledge-desk.md``.
"""
