"""The account that is simulated. Its secrets are for development and match nothing real."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self

from api.channels.wechat.accounts import WechatAccount

_PREFIX: Final = "UNION_WECHAT_"


class Mode(StrEnum):
    """How the platform delivers messages, as the account's owner chooses it there."""

    PLAIN = "plain"
    COMPATIBLE = "compatible"
    """In clear and encrypted at once; the answer may be either."""
    AES = "aes"


@dataclass(frozen=True, slots=True)
class SimulatedAccount:
    """Ids and secrets. ``user_name`` is what stands in ``ToUserName`` of what followers send."""

    app_id: str = "wxdevelopment0001"
    secret: str = "development-wechat-app-secret"  # noqa: S105 - of no real account
    token: str = "developmentwechattoken"  # noqa: S105 - of no real account
    aes_key: str = "DevelopmentOnlyDevelopmentOnlyDevelopmentOA"
    user_name: str = "gh_development01"
    kind: WechatAccount = WechatAccount.VERIFIED_SERVICE
    mode: Mode = Mode.AES

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """The account of the gateway's settings; what they lack has its development value.

        An AES key that is set and empty means plain mode. Raises ``ValueError`` for an unknown
        kind of account.
        """
        default = cls()

        def setting(name: str, otherwise: str) -> str:
            return environment.get(_PREFIX + name) or otherwise

        is_plain = environment.get(_PREFIX + "AES_KEY") == ""
        return cls(
            app_id=setting("APP_ID", default.app_id),
            secret=setting("APP_SECRET", default.secret),
            token=setting("TOKEN", default.token),
            aes_key=setting("AES_KEY", default.aes_key),
            kind=WechatAccount(setting("ACCOUNT", default.kind)),
            mode=Mode.PLAIN if is_plain else default.mode,
        )

    def settings_env(self, api_base: str) -> dict[str, str]:
        """The environment of a gateway that serves this account."""
        return {
            _PREFIX + "TOKEN": self.token,
            _PREFIX + "APP_ID": self.app_id,
            _PREFIX + "APP_SECRET": self.secret,
            _PREFIX + "AES_KEY": "" if self.mode is Mode.PLAIN else self.aes_key,
            _PREFIX + "ACCOUNT": self.kind.value,
            _PREFIX + "API_BASE": api_base,
        }
