"""Importing this module registers the pages."""

from api.console.knowledge import (
    editor_page,
    hit_test_page,
    imports_page,
    list_page,
    publish_page,
)

__all__ = ["editor_page", "hit_test_page", "imports_page", "list_page", "publish_page"]
