"""Why a backup or a restore does not happen; the message says what to do."""


class OperationError(Exception):
    """Nothing was changed, or what was begun has been taken back."""
