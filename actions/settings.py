"""Settings of the action server: the part of ``UNION_*`` that it needs."""

from urllib.parse import urlsplit

from pydantic import Field, HttpUrl, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class ActionServerSettings(BaseSettings):
    """Where the action server listens, and how often it looks for a new index.

    It has no authentication: keep it on loopback.
    """

    model_config = SettingsConfigDict(env_prefix="UNION_", extra="ignore")

    actions_url: HttpUrl = Field(
        default=HttpUrl("http://127.0.0.1:5055"), description="Address of the action server."
    )
    index_check_seconds: float = Field(
        default=1.0,
        gt=0,
        le=4,
        description="seconds between two looks for a new index version; it is served within "
        "5 s, so 4 at the most",
    )
    otlp_endpoint: HttpUrl | None = Field(
        default=None,
        description="address of an OpenTelemetry collector (OTLP over HTTP) that gets traces;"
        " empty: none",
    )

    @field_validator("otlp_endpoint", mode="before")
    @classmethod
    def _empty_is_none(cls, value: object) -> object:
        return None if value == "" else value

    @property
    def host(self) -> str:
        return urlsplit(str(self.actions_url)).hostname or "127.0.0.1"

    @property
    def port(self) -> int:
        return self.actions_url.port or 5055
