"""How deliveries are signed and encrypted, and how answers to them are opened.

Source: https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/2.0/api/
Before_Develop/Message_encryption_and_decryption.html
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from api.channels.wechat.crypt import Crypt
from api.channels.wechat.failures import ProtocolError
from api.channels.wechat.simulator.account import Mode, SimulatedAccount
from api.channels.wechat.simulator.messages import Push, to_xml
from api.channels.wechat.simulator.replies import InvalidReplyError, fields_of


@dataclass(frozen=True, slots=True)
class Sealed:
    """A delivery on the wire."""

    query: Mapping[str, str]
    body: bytes


class Envelope:
    """Seals what goes to the gateway of an account and opens what comes back."""

    def __init__(self, account: SimulatedAccount, wall_clock: Callable[[], datetime]) -> None:
        self._account = account
        self._wall_clock = wall_clock
        self._crypt = Crypt(account.aes_key, account.app_id)

    def seal(self, push: Push) -> Sealed:
        """A delivery with the time of now and a nonce of its own."""
        query = self.query()
        query["openid"] = push.openid
        if self._account.mode is Mode.PLAIN:
            return Sealed(query, push.xml)
        encrypted = self._crypt.encrypt(push.xml)
        query["encrypt_type"] = "aes"
        query["msg_signature"] = self._sign(query["timestamp"], query["nonce"], encrypted)
        if self._account.mode is Mode.COMPATIBLE:
            encrypted_too = f"<Encrypt>{encrypted}</Encrypt>\n</xml>".encode()
            return Sealed(query, push.xml.removesuffix(b"</xml>") + encrypted_too)
        envelope = to_xml({"ToUserName": self._account.user_name, "Encrypt": encrypted})
        return Sealed(query, envelope)

    def query(self) -> dict[str, str]:
        """The signed parameters that every request of the platform has."""
        timestamp = str(int(self._wall_clock().timestamp()))
        nonce = str(secrets.randbelow(10**10))
        return {
            "signature": self._sign(timestamp, nonce),
            "timestamp": timestamp,
            "nonce": nonce,
        }

    def open(self, body: bytes) -> dict[str, str]:
        """The fields of an answer; encrypted or in clear as the account's mode has it.

        Raises ``InvalidReplyError``.
        """
        fields = fields_of(body)
        if "Encrypt" not in fields:
            if self._account.mode is Mode.AES:
                raise InvalidReplyError("not encrypted")
            return fields
        if self._account.mode is Mode.PLAIN:
            raise InvalidReplyError("encrypted, though the account is not")
        signature = self._sign(
            fields.get("TimeStamp", ""), fields.get("Nonce", ""), fields["Encrypt"]
        )
        if not hmac.compare_digest(signature.encode(), fields.get("MsgSignature", "").encode()):
            raise InvalidReplyError("MsgSignature is wrong")
        try:
            return fields_of(self._crypt.decrypt(fields["Encrypt"]))
        except ProtocolError as error:
            raise InvalidReplyError(f"not decrypted: {error.reason}") from None

    def _sign(self, *parts: str) -> str:
        signed = "".join(sorted((self._account.token, *parts)))
        return hashlib.sha1(signed.encode(), usedforsecurity=False).hexdigest()
