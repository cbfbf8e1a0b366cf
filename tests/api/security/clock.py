from collections.abc import Mapping, Sequence

from api.security.rate_limits import Per, RouteGroup, Rule


class Seconds:
    """A clock of seconds that stands still until it is moved."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at

    def forward(self, seconds: float) -> None:
        self.at += seconds


FEW: Mapping[RouteGroup, Sequence[Rule]] = {
    RouteGroup.NEW_CONVERSATION: (Rule(Per.ADDRESS, 10, 60), Rule(Per.ADDRESS, 60, 3600)),
    RouteGroup.MESSAGE: (Rule(Per.CONVERSATION, 20, 60), Rule(Per.ADDRESS, 120, 60)),
    RouteGroup.OPINION: (Rule(Per.CONVERSATION, 30, 60), Rule(Per.ADDRESS, 120, 60)),
    RouteGroup.OWN_DATA: (Rule(Per.TOKEN, 5, 60), Rule(Per.ADDRESS, 20, 60)),
    RouteGroup.VERIFICATION: (Rule(Per.ADDRESS, 10, 60),),
    RouteGroup.LOGIN: (Rule(Per.ACCOUNT, 5, 60), Rule(Per.ADDRESS, 60, 60)),
}
"""Rules that a test reaches quickly."""
