"""Settings of the gateway, read from environment variables with the prefix ``UNION_``."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PLACEHOLDER_SECRET_KEY = "development-secret-key"  # noqa: S105 - refused in production
PLACEHOLDER_RASA_SECRET = "development-rasa-secret"  # noqa: S105 - refused in production
MIN_SECRET_LENGTH = 32


class Environment(StrEnum):
    """Where the gateway runs."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


def _database_in(values: dict[str, Any]) -> str:
    return f"sqlite+aiosqlite:///{values['data_dir'] / 'gateway.db'}"


class Settings(BaseSettings):
    """Raises ``pydantic.ValidationError`` for a wrong value, without repeating the value."""

    model_config = SettingsConfigDict(
        env_prefix="UNION_", frozen=True, extra="ignore", hide_input_in_errors=True
    )

    env: Environment = Field(
        default=Environment.DEVELOPMENT,
        description="development or production; production refuses placeholder secrets",
    )
    secret_key: SecretStr = Field(
        default=SecretStr(PLACEHOLDER_SECRET_KEY),
        description="key under which conversation tokens are hashed; at least 32 characters in"
        " production; a new key ends all open conversations",
    )
    data_dir: Path = Field(default=Path("var"), description="directory of the SQLite database")
    database_url: str = Field(
        default_factory=_database_in,
        description="SQLAlchemy URL with an async driver; default: gateway.db in DATA_DIR",
    )
    rasa_urls: Annotated[list[str], NoDecode, Field(min_length=1)] = Field(
        default=["http://127.0.0.1:5005"],
        description="addresses of the Rasa servers, comma separated; a conversation keeps to one",
    )
    rasa_secret: SecretStr = Field(
        default=SecretStr(PLACEHOLDER_RASA_SECRET),
        description="shared secret of the Rasa gateway channel; at least 32 characters in"
        " production",
    )
    rasa_timeout: float = Field(
        default=2.5, gt=0, description="seconds the bot has for one answer before a person is asked"
    )
    actions_url: str = Field(
        default="http://127.0.0.1:5055",
        description="address of the action server, for readiness only",
    )
    recovery_wait: float = Field(
        default=20,
        ge=0,
        description="seconds a message left over from a crash waits for Rasa to start",
    )
    host: str = Field(default="127.0.0.1", description="address to listen on")
    port: int = Field(default=8000, ge=0, le=65535, description="port to listen on")
    timezone: ZoneInfo = Field(
        default=ZoneInfo("Asia/Shanghai"), description="time zone in which times are shown"
    )
    message_max_chars: int = Field(
        default=20_000, ge=1, description="longest message a worker can send, in characters"
    )
    rasa_max_chars: int = Field(
        default=500,
        ge=1,
        description="how many characters of a message Rasa gets; staff see all of it",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="level of the JSON log on standard error"
    )

    @field_validator("rasa_urls", mode="before")
    @classmethod
    def _split_urls(cls, value: object) -> object:
        return value.split(",") if isinstance(value, str) else value

    @field_validator("rasa_urls")
    @classmethod
    def _tidy_urls(cls, value: list[str]) -> list[str]:
        urls = [url.strip().rstrip("/") for url in value]
        if not all(url.startswith(("http://", "https://")) for url in urls):
            raise ValueError("every address must start with http:// or https://")
        return urls

    @field_validator("actions_url")
    @classmethod
    def _tidy_url(cls, value: str) -> str:
        return value.rstrip("/")

    @model_validator(mode="after")
    def _refuse_weak_secrets(self) -> Self:
        if self.env is Environment.DEVELOPMENT:
            return self
        for name, secret in (("SECRET_KEY", self.secret_key), ("RASA_SECRET", self.rasa_secret)):
            value = secret.get_secret_value()
            if value in (PLACEHOLDER_SECRET_KEY, PLACEHOLDER_RASA_SECRET):
                raise ValueError(f"UNION_{name} is still the placeholder; set a secret of your own")
            if len(value) < MIN_SECRET_LENGTH:
                raise ValueError(
                    f"UNION_{name} is shorter than {MIN_SECRET_LENGTH} characters;"
                    " make one with: openssl rand -hex 32"
                )
        return self

    @property
    def max_body_bytes(self) -> int:
        """Largest request body: a character outside the BMP takes 12 bytes when JSON-escaped."""
        return self.message_max_chars * 12 + 4096
