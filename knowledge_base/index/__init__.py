"""The life of an index on disk: built as a whole, verified at load, switched atomically."""
