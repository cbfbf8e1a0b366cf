"""The messaging platform and its followers, played against a running gateway.

For tests, benchmarks and a demonstration without an account. It stands on the other side of the
wire, so it builds, signs and reads messages itself; of the gateway it uses only the cipher.
"""

from api.channels.wechat.simulator.account import Mode, SimulatedAccount
from api.channels.wechat.simulator.codes import Code
from api.channels.wechat.simulator.delivery import Attempt, Delivery, Outcome
from api.channels.wechat.simulator.follower import Follower
from api.channels.wechat.simulator.screen import By, Shown
from api.channels.wechat.simulator.simulator import Simulator

__all__ = [
    "Attempt",
    "By",
    "Code",
    "Delivery",
    "Follower",
    "Mode",
    "Outcome",
    "Shown",
    "SimulatedAccount",
    "Simulator",
]
