from pathlib import Path

import pytest
from pydantic import ValidationError

from api.settings import PLACEHOLDER_SECRET_KEY, Environment, Settings

STRONG = "0123456789abcdef" * 4


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"UNION_{name.upper()}", raising=False)


def test_defaults_serve_development() -> None:
    settings = Settings()
    assert settings.env is Environment.DEVELOPMENT
    assert settings.database_url == "sqlite+aiosqlite:///var/gateway.db"
    assert settings.rasa_urls == ["http://127.0.0.1:5005"]
    assert str(settings.timezone) == "Asia/Shanghai"


def test_every_field_has_a_description() -> None:
    assert [n for n, field in Settings.model_fields.items() if not field.description] == []


def test_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNION_RASA_URLS", "http://a:1/, http://b:2")
    monkeypatch.setenv("UNION_DATA_DIR", "/data")
    settings = Settings()
    assert settings.rasa_urls == ["http://a:1", "http://b:2"]
    assert settings.data_dir == Path("/data")
    assert settings.database_url == "sqlite+aiosqlite:////data/gateway.db"


def test_an_address_without_scheme_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNION_RASA_URLS", "127.0.0.1:5005")
    with pytest.raises(ValidationError, match="http://"):
        Settings()


def test_traces_go_to_an_address_or_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings().otlp_endpoint is None
    monkeypatch.setenv("UNION_OTLP_ENDPOINT", "")
    assert Settings().otlp_endpoint is None
    monkeypatch.setenv("UNION_OTLP_ENDPOINT", "http://127.0.0.1:4318/")
    assert Settings().otlp_endpoint == "http://127.0.0.1:4318"
    monkeypatch.setenv("UNION_OTLP_ENDPOINT", "127.0.0.1:4318")
    with pytest.raises(ValidationError, match="http://"):
        Settings()


@pytest.mark.parametrize(
    ("secrets", "complaint"),
    [
        ({}, "UNION_SECRET_KEY is still the placeholder"),
        ({"secret_key": STRONG}, "UNION_RASA_SECRET is still the placeholder"),
        ({"secret_key": "tiny-key", "rasa_secret": STRONG}, "UNION_SECRET_KEY is shorter"),
        ({"secret_key": STRONG, "rasa_secret": ""}, "UNION_RASA_SECRET is shorter"),
        (
            {"secret_key": STRONG, "rasa_secret": PLACEHOLDER_SECRET_KEY},
            "UNION_RASA_SECRET is still the placeholder",
        ),
    ],
)
def test_production_refuses_weak_secrets(secrets: dict[str, str], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint) as caught:
        Settings(env="production", **secrets)
    assert all(value not in str(caught.value) for value in secrets.values() if value)


def test_production_starts_with_secrets_of_its_own() -> None:
    assert Settings(env="production", secret_key=STRONG, rasa_secret=STRONG[::-1])


def test_links_lead_to_the_port_that_is_listened_on() -> None:
    assert Settings(port=8123).public_url == "http://127.0.0.1:8123"
    assert Settings(port=8123, public_url="https://gh.example/").public_url == "https://gh.example"
