"""Deliveries outside this database: a row first, then sent, at least once and in order."""
