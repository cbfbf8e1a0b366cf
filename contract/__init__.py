"""What an action says to the gateway: pydantic models without logic (design §4.3)."""

from contract.handoff import CaseFacts, Handoff, HandoffReason
from contract.reply import Citation, QuickReply, Reply, ReplyKind
from contract.trace import Decision, HitScores, Trace, TraceHit
from contract.turn import BotTurn, RecognisedIntent

__all__ = [
    "BotTurn",
    "CaseFacts",
    "Citation",
    "Decision",
    "Handoff",
    "HandoffReason",
    "HitScores",
    "QuickReply",
    "RecognisedIntent",
    "Reply",
    "ReplyKind",
    "Trace",
    "TraceHit",
]
