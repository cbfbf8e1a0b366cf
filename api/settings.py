"""Settings of the gateway, read from environment variables with the prefix ``UNION_``."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from api.channels.wechat.accounts import WechatAccount, require_aes_key
from api.desk_modes import ClaimMode
from api.outbox.webhook import signing_key
from api.promises.schedule import Schedule
from api.security.client_address import parse_networks
from api.security.origins import parse_origins
from api.storage.models.kinds import Role

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
        " production; a new key ends all open conversations and logins, and second factors have"
        " to be reset",
    )
    data_dir: Path = Field(
        default=Path("var"),
        description="directory of the SQLite database and of workers' files; gateways that share a"
        " database share it",
    )
    database_url: str = Field(
        default_factory=_database_in,
        description="SQLAlchemy URL with an async driver; default: gateway.db in DATA_DIR",
    )
    index_dir: Path = Field(
        default_factory=lambda values: values["data_dir"] / "index",
        description="versions of the knowledge base's index",
    )
    articles_dir: Path = Field(
        default_factory=lambda values: values["data_dir"] / "articles",
        description="articles that editors put into service, beside those of the program",
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
    redis_url: SecretStr | None = Field(
        default=None,
        description="address of Redis, for several gateways; empty: one gateway",
    )
    allowed_origins: Annotated[list[str], NoDecode] = Field(
        default=[],
        description="origins of pages on other hosts that may embed the chat, comma separated",
    )
    escalation_webhook_url: str | None = Field(
        default=None,
        description="address that gets urgent cases and broken promises as signed JSON; empty:"
        " none",
    )
    escalation_webhook_secret: SecretStr | None = Field(
        default=None,
        description="signing key of the webhook, Base64; make one with: openssl rand -base64 32",
    )
    member_keys: SecretStr | None = Field(
        default=None,
        description="keys that encrypt members' ID numbers and phones, comma separated; the first"
        " encrypts, all decrypt; empty: SECRET_KEY",
    )
    member_lookup_secret: SecretStr | None = Field(
        default=None,
        description="secret of the hashes that find members; after changing it run: python -m api"
        " members rotate-keys; empty: SECRET_KEY",
    )
    trusted_proxies: Annotated[list[str], NoDecode] = Field(
        default=[],
        description="networks of reverse proxies whose X-Forwarded-For counts, comma separated",
    )
    rate_limit_scale: float = Field(
        default=1, ge=0, description="factor of all rate limits; 0 turns them off, for load tests"
    )
    retention_days: float = Field(
        default=180,
        gt=0,
        description="days after its last message for which the words of a conversation are kept",
    )
    working_hours: str = Field(
        default="mon-fri 08:30-12:00 13:30-17:30",
        description="when the service centre works: days and spans, parts separated by semicolons;"
        ' public holidays and the days that make up for them are known; a part "makeup'
        ' 09:00-16:00" sets the hours of the latter',
    )
    staff_silence_minutes: float = Field(
        default=15,
        gt=0,
        description="minutes a worker waits for the one who has the case before it goes back"
        " into the queue",
    )
    review_share: float = Field(
        default=0.02,
        ge=0,
        le=1,
        description="part of the bot's answers that is put up for review without another reason",
    )
    claim_mode: ClaimMode = Field(
        default=ClaimMode.MANUAL,
        description="manual: colleagues take cases; automatic: they are given out fairly",
    )
    alert_days: float = Field(
        default=7,
        gt=0,
        description="days within which cases of one employer count for an early warning",
    )
    alert_people: int = Field(
        default=3, ge=2, description="workers from whom on an employer is warned of"
    )
    require_totp: Annotated[list[Role], NoDecode] = Field(
        default=[],
        description="roles that get nowhere without a second factor, comma separated",
    )
    idle_days: float = Field(
        default=7, gt=0, description="days without a message after which a conversation is closed"
    )
    actions_url: str = Field(
        default="http://127.0.0.1:5055",
        description="address of the action server, asked directly while Rasa is away",
    )
    recovery_wait: float = Field(
        default=20,
        ge=0,
        description="seconds a message left over from a crash waits for Rasa to start",
    )
    wechat_token: SecretStr | None = Field(
        default=None,
        description="token of the Official Account, as set on the platform; empty: no WeChat",
    )
    wechat_app_id: str = Field(default="", description="AppID of the Official Account")
    wechat_app_secret: SecretStr | None = Field(
        default=None,
        description="AppSecret of the Official Account; needed for everything but passive replies",
    )
    wechat_aes_key: SecretStr | None = Field(
        default=None,
        description="EncodingAESKey of the Official Account, 43 characters; empty: plain mode",
    )
    wechat_account: WechatAccount = Field(
        default=WechatAccount.UNVERIFIED,
        description="kind of the account: verified_service, verified_subscription or unverified;"
        " only verified ones may send by themselves",
    )
    wechat_api_base: str = Field(
        default="https://api.weixin.qq.com", description="address of WeChat's API"
    )
    host: str = Field(default="127.0.0.1", description="address to listen on")
    port: int = Field(default=8000, ge=0, le=65535, description="port to listen on")
    public_url: str = Field(
        default_factory=lambda values: f"http://127.0.0.1:{values['port']}",
        description="address under which workers reach the gateway, for links in messages",
    )
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
    otlp_endpoint: str | None = Field(
        default=None,
        description="address of an OpenTelemetry collector (OTLP over HTTP) that gets traces;"
        " empty: none",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="level of the JSON log on standard error"
    )

    @field_validator(
        "rasa_urls", "allowed_origins", "trusted_proxies", "require_totp", mode="before"
    )
    @classmethod
    def _split_urls(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return [part.strip() for part in value.split(",") if part.strip()]

    @field_validator(
        "redis_url",
        "otlp_endpoint",
        "escalation_webhook_url",
        "escalation_webhook_secret",
        "member_keys",
        "member_lookup_secret",
        "wechat_token",
        "wechat_app_secret",
        "wechat_aes_key",
        mode="before",
    )
    @classmethod
    def _empty_is_none(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("rasa_urls")
    @classmethod
    def _tidy_urls(cls, value: list[str]) -> list[str]:
        urls = [url.strip().rstrip("/") for url in value]
        if not all(url.startswith(("http://", "https://")) for url in urls):
            raise ValueError("every address must start with http:// or https://")
        return urls

    @field_validator("actions_url", "public_url", "wechat_api_base", "otlp_endpoint")
    @classmethod
    def _tidy_url(cls, value: str | None) -> str | None:
        if value is None:
            return None
        if not value.startswith(("http://", "https://")):
            raise ValueError("the address must start with http:// or https://")
        return value.rstrip("/")

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, value: list[str]) -> list[str]:
        parse_networks(value)
        return value

    @field_validator("allowed_origins")
    @classmethod
    def _are_origins(cls, value: list[str]) -> list[str]:
        parse_origins(value)
        return value

    @field_validator("working_hours")
    @classmethod
    def _is_a_schedule(cls, value: str) -> str:
        Schedule.parse(value)
        return value

    @model_validator(mode="after")
    def _webhook_is_complete(self) -> Self:
        url, secret = self.escalation_webhook_url, self.escalation_webhook_secret
        if url is None:
            return self
        if not url.startswith(("http://", "https://")):
            raise ValueError("UNION_ESCALATION_WEBHOOK_URL must start with http:// or https://")
        if secret is None:
            raise ValueError("UNION_ESCALATION_WEBHOOK_SECRET is needed for the webhook")
        signing_key(secret.get_secret_value())
        return self

    @model_validator(mode="after")
    def _wechat_is_complete(self) -> Self:
        if self.wechat_token is None:
            return self
        if not self.wechat_app_id:
            raise ValueError("UNION_WECHAT_APP_ID is needed for WeChat")
        if self.wechat_account.may_send and self.wechat_app_secret is None:
            raise ValueError("UNION_WECHAT_APP_SECRET is needed for a verified account")
        if self.wechat_aes_key is not None:
            require_aes_key(self.wechat_aes_key.get_secret_value())
        return self

    @model_validator(mode="after")
    def _refuse_weak_secrets(self) -> Self:
        if self.env is Environment.DEVELOPMENT:
            return self
        for name, value in self._secrets():
            if value in (PLACEHOLDER_SECRET_KEY, PLACEHOLDER_RASA_SECRET):
                raise ValueError(f"UNION_{name} is still the placeholder; set a secret of your own")
            if len(value) < MIN_SECRET_LENGTH:
                raise ValueError(
                    f"UNION_{name} is shorter than {MIN_SECRET_LENGTH} characters;"
                    " make one with: openssl rand -hex 32"
                )
        return self

    def _secrets(self) -> list[tuple[str, str]]:
        """Every secret that is set, with its name; of several keys each."""
        secrets = [
            ("SECRET_KEY", self.secret_key.get_secret_value()),
            ("RASA_SECRET", self.rasa_secret.get_secret_value()),
        ]
        if self.member_lookup_secret is not None:
            secrets.append(("MEMBER_LOOKUP_SECRET", self.member_lookup_secret.get_secret_value()))
        if self.member_keys is not None:
            keys = self.member_keys.get_secret_value().split(",")
            secrets += [("MEMBER_KEYS", key.strip()) for key in keys]
        return secrets

    @property
    def max_body_bytes(self) -> int:
        """Largest request body: a character outside the BMP takes 12 bytes when JSON-escaped."""
        return self.message_max_chars * 12 + 4096
