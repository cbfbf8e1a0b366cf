"""The gateway's database, the system of record."""
