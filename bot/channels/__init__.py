"""Input channels of the dialogue server."""
