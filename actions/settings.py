"""Settings of the action server: the part of ``UNION_*`` that it needs."""

from urllib.parse import urlsplit

from pydantic import Field, HttpUrl
from pydantic_settings import BaseSettings, SettingsConfigDict


class ActionServerSettings(BaseSettings):
    """Where the action server listens. It has no authentication: keep it on loopback."""

    model_config = SettingsConfigDict(env_prefix="UNION_", extra="ignore")

    actions_url: HttpUrl = Field(
        default=HttpUrl("http://127.0.0.1:5055"), description="Address of the action server."
    )

    @property
    def host(self) -> str:
        return urlsplit(str(self.actions_url)).hostname or "127.0.0.1"

    @property
    def port(self) -> int:
        return self.actions_url.port or 5055
