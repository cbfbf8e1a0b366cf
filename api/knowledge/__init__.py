"""The knowledge desk: articles are written, checked, approved and put into service."""
