import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.members.vault import Field, UnsealError, Vault, split_keys


@given(st.text(st.characters(codec="utf-8")))
def test_what_is_sealed_can_be_opened(value: str) -> None:
    vault = Vault(["key"], "secret")
    assert vault.open(vault.seal(value, Field.PHONE, "a"), Field.PHONE, "a") == value


def test_nothing_of_the_value_can_be_seen(vault: Vault) -> None:
    sealed = vault.seal("13812345678", Field.PHONE, "a")
    assert "138" not in sealed
    assert sealed != vault.seal("13812345678", Field.PHONE, "a")


def test_a_value_belongs_to_its_member_and_field(vault: Vault) -> None:
    sealed = vault.seal("13812345678", Field.PHONE, "a")
    for field, member_id in ((Field.PHONE, "b"), (Field.ID_NUMBER, "a")):
        with pytest.raises(UnsealError):
            vault.open(sealed, field, member_id)


@pytest.mark.parametrize("sealed", ["", "v1", "v1..", "v2.00000000.AAAA", "plain text"])
def test_what_was_never_sealed_is_refused(vault: Vault, sealed: str) -> None:
    with pytest.raises(UnsealError):
        vault.open(sealed, Field.PHONE, "a")


def test_tampering_is_noticed(vault: Vault) -> None:
    sealed = vault.seal("13812345678", Field.PHONE, "a")
    for damaged in (sealed[:-4] + "AAAA", sealed[:20], sealed + "A", sealed[:-5] + "é"):
        with pytest.raises(UnsealError):
            vault.open(damaged, Field.PHONE, "a")


def test_the_first_key_seals_and_all_open() -> None:
    before = Vault(["old"], "secret")
    during = Vault(["new", "old"], "secret")
    after = Vault(["new"], "secret")
    old, new = (vault.seal("x", Field.PHONE, "a") for vault in (before, during))
    assert during.open(old, Field.PHONE, "a") == "x"
    assert not during.is_current(old)
    assert during.is_current(new)
    assert after.open(new, Field.PHONE, "a") == "x"
    with pytest.raises(UnsealError, match="not configured"):
        after.open(old, Field.PHONE, "a")


def test_hashes_outlive_encryption_keys_but_not_the_lookup_secret() -> None:
    one, other = Vault(["a"], "secret"), Vault(["b"], "secret")
    assert one.id_number_hash("1") == other.id_number_hash("1")
    assert one.verification_hash("n", "1", "2") == other.verification_hash("n", "1", "2")
    assert one.id_number_hash("1") != Vault(["a"], "another").id_number_hash("1")


def test_hashes_of_different_purpose_or_split_differ(vault: Vault) -> None:
    assert vault.verification_hash("ab", "c", "d") != vault.verification_hash("a", "bc", "d")
    assert len({vault.id_number_hash("ab"), vault.claim_hash("a", "b")}) == 2
    assert len(vault.id_number_hash("1")) == 64


@pytest.mark.parametrize(
    ("keys", "secret"), [([], "s"), (["a"], ""), (["a", "a"], "s"), (["a", ""], "s")]
)
def test_a_vault_without_proper_keys_is_refused(keys: list[str], secret: str) -> None:
    with pytest.raises(ValueError, match="encryption key"):
        Vault(keys, secret)


def test_keys_are_split_at_commas() -> None:
    assert split_keys(" a, b ,,") == ["a", "b"]
    assert split_keys("") == []
