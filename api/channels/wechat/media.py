"""Files that followers sent, fetched from the platform for the attachments."""

from api.attachments.fetching import SourceGoneError, SourceTooLargeError
from api.channels.wechat.platform import Platform
from api.channels.wechat.platform_errors import PlatformError, PlatformOutcome
from api.outbox.adapters import PermanentError, TemporaryError


class PlatformMedia:
    """The platform as a source of files. It keeps them for three days."""

    def __init__(self, platform: Platform | None) -> None:
        """Without a platform (no AppSecret) no file can be had."""
        self._platform = platform

    async def fetch(self, source: str, max_bytes: int) -> bytes:
        """The file of a media id. Raises ``SourceGoneError``, ``SourceTooLargeError``,
        ``TemporaryError``, ``PermanentError``."""
        if self._platform is None:
            raise SourceGoneError
        try:
            return await self._platform.fetch_media(source, max_bytes)
        except PlatformError as error:
            if error.outcome is PlatformOutcome.TOO_LARGE:
                raise SourceTooLargeError from None
            if error.outcome in (PlatformOutcome.MEDIA_GONE, PlatformOutcome.NOT_PERMITTED):
                raise SourceGoneError from None
            if error.is_temporary:
                raise TemporaryError(error.outcome) from None
            raise PermanentError(error.outcome) from None
