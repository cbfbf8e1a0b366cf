from api.conversations import tokens


def test_a_token_is_valid_under_its_key_only() -> None:
    token = tokens.new_token()
    stored = tokens.hash_token(token, "key")
    assert token not in stored
    assert tokens.is_valid(token, stored, "key")
    assert not tokens.is_valid(token, stored, "another key")
    assert not tokens.is_valid(token + "x", stored, "key")
    assert not tokens.is_valid("令牌", stored, "key")


def test_tokens_differ() -> None:
    assert tokens.new_token() != tokens.new_token()
