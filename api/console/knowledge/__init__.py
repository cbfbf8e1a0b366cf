"""Pages of the knowledge desk."""
