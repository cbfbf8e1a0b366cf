import pytest

from api.channels.wechat import failures
from api.channels.wechat.failures import ProtocolError


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (failures.SignatureError("msg_signature"), "bad_msg_signature"),
        (failures.StaleError(), "stale"),
        (failures.ReplayedError(), "replayed"),
        (failures.EncryptionModeError("not_encrypted"), "not_encrypted"),
        (failures.DecryptionError(), "undecryptable"),
        (failures.MessageTooLargeError(), "too_large"),
        (failures.MalformedMessageError("missing_MsgId"), "missing_MsgId"),
    ],
)
def test_every_failure_has_a_word_for_the_log(error: ProtocolError, reason: str) -> None:
    assert error.reason == str(error) == reason
