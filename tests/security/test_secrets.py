"""No secret is among the tracked files."""

import math
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_KNOWN_FORMS = re.compile(
    r"-----BEGIN (?:[A-Z ]+ )?PRIVATE KEY-----"
    r"|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"
    r"|\bgh[pousr]_[0-9A-Za-z]{36}\b|\bgithub_pat_\w{50,}"
    r"|\bxox[abprs]-[0-9A-Za-z-]{20,}|\bsk-[0-9A-Za-z_-]{32,}|\bAIza[0-9A-Za-z_-]{35}\b"
    r"|\beyJ[0-9A-Za-z_-]{10,}\.eyJ[0-9A-Za-z_-]{10,}\.[0-9A-Za-z_-]{10,}"
    r"|\b[a-z+]+://[^\s/:@'\"{}$<>]+:(?P<password>[^\s/@'\"{}$<>]+)@[a-z0-9]"
)
_ASSIGNED = re.compile(
    r"(?:secret|token|passw(?:or)?d|api_?key|aes_?key|private_?key|credential)\w*[\"']?\s*[:=]\s*"
    r"[\"']?(?P<value>[0-9A-Za-z+/_=-]{20,})[\"']?",
    re.IGNORECASE,
)
_MIN_BITS = 3.3
"""Entropy of a character in a key: random hex has 3.5, random Base64 4 and more."""
_MAX_BYTES = 2**20
ALLOWED = {
    "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG": "the alphabet, in tests of WeChat's encryption",
    "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ": "the secret of the vectors in RFC 6238",
}
"""Values that look like secrets, each with the reason why it is none."""


def secrets_in(text: str) -> list[str]:
    """What looks like a secret."""
    found = [match[0] for match in _KNOWN_FORMS.finditer(text) if _is_made_up(match["password"])]
    found += [
        match["value"]
        for match in _ASSIGNED.finditer(text)
        if _bits(match["value"]) >= _MIN_BITS and re.search(r"\d", match["value"])
    ]
    return [each for each in found if each not in ALLOWED]


def _is_made_up(password: str | None) -> bool:
    # Of an address of a database: a placeholder is a word.
    return password is None or (bool(re.search(r"\d", password)) and _bits(password) >= 3)


def _bits(value: str) -> float:
    shares = [number / len(value) for number in Counter(value).values()]
    return -sum(share * math.log2(share) for share in shares)


def tracked() -> list[Path]:
    """Every file of the repository that is text."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.fail("the tracked files are not known without git")
    names = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
    ).stdout.split("\0")
    paths = (ROOT / name for name in names if name)
    return [path for path in paths if path.is_file() and path.stat().st_size <= _MAX_BYTES]


def test_no_secret_is_tracked() -> None:
    found = {}
    for path in tracked():
        content = path.read_bytes()
        if b"\0" not in content and (secrets := secrets_in(content.decode("utf-8", "replace"))):
            found[str(path.relative_to(ROOT))] = secrets
    assert found == {}


@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN " + "RSA PRIVATE KEY-----",
        "-----BEGIN " + "PRIVATE KEY-----",
        "AKIA" + "IOSFODNN7EXAMPLE",
        "ghp_" + "a1B2" * 9,
        "sk-" + "a1B2c3D4" * 5,
        "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0NSJ9" + ".dBjftJeZ4CVPmB92K",
        "UNION_SECRET_KEY=" + "9f86d081884c7d659a2feaa0c55ad015",
        'wechat_app_secret: "' + "0c1d2e3f4a5b69788796a5b4c3d2e1f0" + '"',
        "postgresql://union:" + "Tr0ub4dor&3x@db/union",
    ],
)
def test_a_secret_is_found(text: str) -> None:
    assert secrets_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "secret_key: SecretStr = Field(default=PLACEHOLDER_SECRET_KEY)",
        "token = request.headers.get('Authorization')",
        "postgresql+asyncpg://union:password@127.0.0.1/union",
        "https://user:{password}@example.org",
        "--hash=sha256:" + "0" * 64,
    ],
)
def test_what_is_none_is_not_found(text: str) -> None:
    assert secrets_in(text) == []
