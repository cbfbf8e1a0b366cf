"""The pages of this package; importing it registers them."""

from api.console.people import account_page, audit_page, people_page

__all__ = ["account_page", "audit_page", "people_page"]
