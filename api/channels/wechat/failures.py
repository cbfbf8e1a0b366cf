"""What can be wrong with a request to the platform's address: one class for each failure.

``reason`` is a short word for the log. It never quotes what was received: that may name a person.
"""


class ProtocolError(Exception):
    """A request that is not answered."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class SignatureError(ProtocolError):
    """Not signed with the account's token."""

    def __init__(self, parameter: str) -> None:
        """``parameter``: which of the signatures does not hold."""
        super().__init__(f"bad_{parameter}")


class StaleError(ProtocolError):
    """Signed too long ago, or for a time that has not come."""

    def __init__(self) -> None:
        super().__init__("stale")


class ReplayedError(ProtocolError):
    """The signature was used before, for something else."""

    def __init__(self) -> None:
        super().__init__("replayed")


class EncryptionModeError(ProtocolError):
    """Plain where a key is set up, or encrypted where there is none."""


class DecryptionError(ProtocolError):
    """Not encrypted with the account's key for the account's AppID.

    It does not say what is wrong, so that nobody can use it to try keys or paddings.
    """

    def __init__(self) -> None:
        super().__init__("undecryptable")


class MessageTooLargeError(ProtocolError):
    """A body beyond the limit."""

    def __init__(self) -> None:
        super().__init__("too_large")


class MalformedMessageError(ProtocolError):
    """Neither a message nor an event of the platform."""
