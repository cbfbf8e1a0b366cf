"""Importing this module registers the pages."""

from api.console.reports import alerts_page, figures_page, monthly_page

__all__ = ["alerts_page", "figures_page", "monthly_page"]
