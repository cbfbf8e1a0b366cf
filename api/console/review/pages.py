"""Importing this module registers the pages."""

from api.console.review import proposals_page, queue_page, unanswered_page

__all__ = ["proposals_page", "queue_page", "unanswered_page"]
