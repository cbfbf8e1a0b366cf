import typing

import pytest
from pydantic import SecretStr

from api.operations import keys
from api.operations.failures import OperationError
from api.settings import Settings

PASSPHRASE = "correct horse battery"


def secret_settings() -> set[str]:
    return {
        name
        for name, field in Settings.model_fields.items()
        if SecretStr in (field.annotation, *typing.get_args(field.annotation))
    }


def test_every_secret_of_the_settings_is_kept_or_stays_on_purpose() -> None:
    assert secret_settings() == set(keys.KEPT) | {"redis_url"}


def test_sealed_keys_open_with_the_passphrase_only() -> None:
    sealed = keys.seal({"UNION_SECRET_KEY": "密钥"}, PASSPHRASE, cost=2**14)
    assert b"UNION" not in sealed
    assert keys.unseal(sealed, PASSPHRASE) == {"UNION_SECRET_KEY": "密钥"}
    with pytest.raises(OperationError, match="not the passphrase"):
        keys.unseal(sealed, PASSPHRASE + "!")


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b'{"n": 1099511627776, "salt": "", "nonce": "", "sealed": ""}', b"\xff\xfe"],
)
def test_what_is_not_sealed_keys_is_refused(content: bytes) -> None:
    with pytest.raises(OperationError, match="cannot be read"):
        keys.unseal(content, PASSPHRASE)


def test_a_short_passphrase_is_refused() -> None:
    with pytest.raises(OperationError, match="UNION_BACKUP_PASSPHRASE"):
        keys.passphrase_from({"UNION_BACKUP_PASSPHRASE": "short"})
    with pytest.raises(OperationError, match="UNION_BACKUP_PASSPHRASE"):
        keys.passphrase_from({})
    assert keys.passphrase_from({"UNION_BACKUP_PASSPHRASE": PASSPHRASE}) == PASSPHRASE


def test_only_keys_that_are_set_are_kept() -> None:
    settings = Settings(secret_key="s" * 32, wechat_aes_key="", redis_url="redis://:p@host")
    assert set(keys.keys_of(settings)) == {"UNION_SECRET_KEY", "UNION_RASA_SECRET"}


def test_the_check_tells_keys_apart_without_telling_them() -> None:
    def check(**secrets: str) -> str:
        return keys.key_check(Settings(secret_key="s" * 32, **secrets))

    assert check() == check()
    assert len({check(), check(member_keys="m" * 32), check(member_lookup_secret="m" * 32)}) == 3
    assert "s" * 4 not in check()
