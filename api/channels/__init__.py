"""Ways for a worker to reach the conversations."""
