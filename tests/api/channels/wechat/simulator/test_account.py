import pytest

from api.channels.wechat.accounts import WechatAccount, require_aes_key
from api.channels.wechat.simulator import Mode, SimulatedAccount


def test_the_gateway_gets_what_the_simulator_has() -> None:
    account = SimulatedAccount(kind=WechatAccount.UNVERIFIED)
    environment = account.settings_env("http://127.0.0.1:8900")
    assert environment["UNION_WECHAT_API_BASE"] == "http://127.0.0.1:8900"
    assert SimulatedAccount.from_environment(environment) == account
    require_aes_key(environment["UNION_WECHAT_AES_KEY"])


def test_without_a_key_the_mode_is_plain() -> None:
    account = SimulatedAccount(mode=Mode.PLAIN)
    environment = account.settings_env("")
    assert environment["UNION_WECHAT_AES_KEY"] == ""
    assert SimulatedAccount.from_environment(environment).mode is Mode.PLAIN


def test_the_environment_comes_first() -> None:
    account = SimulatedAccount.from_environment({"UNION_WECHAT_TOKEN": "mine"})
    assert account.token == "mine"
    assert account.app_id == SimulatedAccount().app_id


def test_an_unknown_kind_of_account_is_refused() -> None:
    with pytest.raises(ValueError, match="personal"):
        SimulatedAccount.from_environment({"UNION_WECHAT_ACCOUNT": "personal"})
