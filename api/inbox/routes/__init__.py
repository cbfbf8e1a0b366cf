"""The inbox over HTTP: ``routers`` has all of it."""

from api.inbox.routes import canned, cases, labels, lists

routers = (lists.own, cases.own, labels.own, canned.own)

__all__ = ["routers"]
