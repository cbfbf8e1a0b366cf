"""What the service centre promises: when it is open, and by when somebody answers."""
