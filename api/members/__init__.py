"""Real-name members: the roster, its protection, and how a worker is recognised as one."""
