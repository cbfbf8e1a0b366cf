"""Settings, as far as they can be judged without asking anybody."""

from collections.abc import Iterator
from datetime import date
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from api.channels.wechat.accounts import WechatAccount
from api.operations.doctor.finding import Finding, doubtful, right, wrong
from api.promises.holidays import CalendarNotCoveredError, state_council
from api.settings import (
    MIN_SECRET_LENGTH,
    PLACEHOLDER_RASA_SECRET,
    PLACEHOLDER_SECRET_KEY,
    Environment,
    Settings,
)

_NEW_SECRET = "make one with: openssl rand -hex 32"  # noqa: S105 - not a secret
_ANNOUNCED_BY_MONTH = 12
"""The State Council announces next year's holidays in November at the latest."""


def check_settings(settings: Settings) -> Iterator[Finding]:
    """Environment, secrets, addresses, limits, log."""
    is_production = settings.env is Environment.PRODUCTION
    if is_production:
        yield right("environment", "production")
    else:
        yield doubtful("environment", "development", "set UNION_ENV=production where workers write")
    yield from _secrets(settings)
    yield from _public_address(settings, is_production=is_production)
    yield from _limits(settings, is_production=is_production)
    if settings.log_level == "DEBUG":
        yield doubtful("log", "level DEBUG slows the gateway", "set UNION_LOG_LEVEL=INFO")
    else:
        yield right("log", f"level {settings.log_level}, JSON lines on standard error")


def _secrets(settings: Settings) -> Iterator[Finding]:
    secrets = {
        "UNION_SECRET_KEY": (settings.secret_key, PLACEHOLDER_SECRET_KEY),
        "UNION_RASA_SECRET": (settings.rasa_secret, PLACEHOLDER_RASA_SECRET),
    }
    all_good = True
    for name, (secret, placeholder) in secrets.items():
        value = secret.get_secret_value()
        if value == placeholder:
            all_good = False
            yield wrong("secrets", f"{name} is the placeholder", _NEW_SECRET)
        elif len(value) < MIN_SECRET_LENGTH:
            all_good = False
            yield wrong(
                "secrets", f"{name} is shorter than {MIN_SECRET_LENGTH} characters", _NEW_SECRET
            )
    if all_good:
        yield right("secrets", "of their own, and long enough")
    if settings.member_keys is None or settings.member_lookup_secret is None:
        yield doubtful(
            "secrets",
            "members' numbers are under UNION_SECRET_KEY, which then cannot be changed by itself",
            "set UNION_MEMBER_KEYS and UNION_MEMBER_LOOKUP_SECRET (docs/members.md)",
        )


def _public_address(settings: Settings, *, is_production: bool) -> Iterator[Finding]:
    address = urlsplit(settings.public_url)
    if address.scheme == "https":
        yield right("address", f"workers reach {address.netloc} over TLS")
    elif is_production:
        yield wrong(
            "address",
            f"UNION_PUBLIC_URL is {settings.public_url}, without TLS",
            "put a reverse proxy with TLS in front (deploy/nginx), and set its https:// address",
        )
    else:
        yield doubtful("address", f"{settings.public_url}, without TLS", "use https:// outside")
    private = "/metrics, /healthz and /readyz"
    if is_loopback(settings.host):
        yield right("routes", f"port {settings.port} on loopback; the proxy must hide {private}")
    else:
        yield doubtful(
            "routes",
            f"the gateway listens on {settings.host}: whoever reaches port {settings.port} directly"
            f" reads {private}",
            "let only the reverse proxy and Prometheus reach the port",
        )


def _limits(settings: Settings, *, is_production: bool) -> Iterator[Finding]:
    if settings.rate_limit_scale == 0:
        grade = wrong if is_production else doubtful
        yield grade(
            "limits", "rate limits are off", "remove UNION_RATE_LIMIT_SCALE=0, it is for load tests"
        )
    elif is_production and not settings.trusted_proxies:
        yield doubtful(
            "limits",
            "no proxy is trusted: behind one, all workers count as one address",
            "set UNION_TRUSTED_PROXIES to the proxy's network, such as 127.0.0.1/32",
        )
    else:
        yield right("limits", f"scale {settings.rate_limit_scale:g}")


def check_peers_are_private(settings: Settings) -> Iterator[Finding]:
    """Rasa and the action server have no business on a public address."""
    public = [
        url for url in (*settings.rasa_urls, settings.actions_url) if _is_public(urlsplit(url))
    ]
    for url in public:
        yield wrong(
            "routes",
            f"{url} is a public address",
            "keep Rasa and the action server on loopback or on a network of their own",
        )
    if not public:
        yield right("routes", "Rasa and the action server are on private addresses")


def check_wechat(settings: Settings) -> Iterator[Finding]:
    """Whether the account is set up completely."""
    if settings.wechat_token is None:
        yield right("wechat", "not set up")
        return
    if settings.wechat_aes_key is None:
        yield doubtful(
            "wechat",
            "plain mode: messages are signed, not encrypted",
            "choose 安全模式 on the platform and set UNION_WECHAT_AES_KEY",
        )
    if settings.wechat_account is WechatAccount.UNVERIFIED:
        yield doubtful(
            "wechat",
            "an unverified account: colleagues' replies wait until the follower taps",
            "verify the account, then set UNION_WECHAT_ACCOUNT",
        )
    api = urlsplit(settings.wechat_api_base)
    if api.scheme != "https" and not is_loopback(api.hostname or ""):
        yield wrong(
            "wechat",
            f"the AppSecret goes to {api.netloc} without TLS",
            "remove UNION_WECHAT_API_BASE",
        )
    yield right("wechat", f"{settings.wechat_account.value}, AppID {settings.wechat_app_id[:6]}…")


def check_calendar(today: date) -> Iterator[Finding]:
    """Whether public holidays are known: promises of answers depend on them."""
    remedy = "update the package chinesecalendar; until then no answer is promised for a time"
    for year in (today.year, today.year + 1):
        try:
            state_council(date(year, 1, 1))
        except CalendarNotCoveredError:
            if year == today.year:
                yield wrong("calendar", f"the holidays of {year} are not known", remedy)
                return
            if today.month >= _ANNOUNCED_BY_MONTH:
                yield doubtful("calendar", f"the holidays of {year} are not known", remedy)
                return
            yield right("calendar", f"{today.year}; {year} is announced in November")
            return
    yield right("calendar", f"holidays are known until the end of {today.year + 1}")


def is_loopback(host: str) -> bool:
    """Whether nobody outside the machine can mean it."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _is_public(address: SplitResult) -> bool:
    host = address.hostname or ""
    try:
        return ip_address(host).is_global
    except ValueError:
        # A name of a compose file or of the local network has no dot, or a reserved ending.
        return "." in host and not host.endswith((".internal", ".local", ".lan", ".localhost"))
