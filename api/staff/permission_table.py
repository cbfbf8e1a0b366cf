"""Who may do what, for people: one row per permission, one column per role."""

from api.staff.permissions import Permission, may
from api.storage.models import Role


def as_markdown() -> str:
    """The table of ``docs/access.md``."""
    heads = ["permission", *Role]
    lines = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    for permission in Permission:
        marks = ["yes" if may(role, permission) else "" for role in Role]
        lines.append(f"| {' | '.join([f'`{permission}`', *marks])} |")
    return "\n".join(lines) + "\n"
