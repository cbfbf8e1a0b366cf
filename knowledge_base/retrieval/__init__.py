"""The stages of a search, each small and typed: tokenise, look up, fuse, filter, decide."""
