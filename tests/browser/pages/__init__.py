"""The pages of the staff console in a real browser; the inbox's own life is in ``console``."""
