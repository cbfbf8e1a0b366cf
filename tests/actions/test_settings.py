import pytest

from actions.settings import ActionServerSettings


@pytest.mark.parametrize(
    ("address", "host", "port"),
    [
        (None, "127.0.0.1", 5055),
        ("http://127.0.0.1:6000", "127.0.0.1", 6000),
        ("http://localhost:6000/", "localhost", 6000),
        ("http://127.0.0.1:80", "127.0.0.1", 80),
        ("http://[::1]:6000", "::1", 6000),
    ],
)
def test_the_address_gives_host_and_port(
    monkeypatch: pytest.MonkeyPatch, address: str | None, host: str, port: int
) -> None:
    monkeypatch.delenv("UNION_ACTIONS_URL", raising=False)
    if address is not None:
        monkeypatch.setenv("UNION_ACTIONS_URL", address)
    settings = ActionServerSettings()
    assert (settings.host, settings.port) == (host, port)


def test_what_is_no_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNION_ACTIONS_URL", "5055")
    with pytest.raises(ValueError, match="actions_url"):
        ActionServerSettings()


@pytest.mark.parametrize("seconds", ["0", "-1", "5", "often"])
def test_looking_too_seldom_for_a_new_index_is_refused(
    monkeypatch: pytest.MonkeyPatch, seconds: str
) -> None:
    monkeypatch.setenv("UNION_INDEX_CHECK_SECONDS", seconds)
    with pytest.raises(ValueError, match="index_check_seconds"):
        ActionServerSettings()


def test_traces_go_to_an_address_or_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNION_OTLP_ENDPOINT", "")
    assert ActionServerSettings().otlp_endpoint is None
    monkeypatch.setenv("UNION_OTLP_ENDPOINT", "http://127.0.0.1:4318")
    assert str(ActionServerSettings().otlp_endpoint) == "http://127.0.0.1:4318/"
    monkeypatch.setenv("UNION_OTLP_ENDPOINT", "4318")
    with pytest.raises(ValueError, match="otlp_endpoint"):
        ActionServerSettings()
