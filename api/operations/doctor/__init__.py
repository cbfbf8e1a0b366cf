"""``python -m api doctor``: looks at a deployment, and says what to do about it."""
