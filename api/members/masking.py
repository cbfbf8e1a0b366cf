"""Personal data with the middle covered, as far as it may be shown without an audit entry."""


def mask_id_number(number: str) -> str:
    """``3301**********1234``; all of it covered if it is too short for that."""
    return _cover(number, 4, 4)


def mask_phone(phone: str) -> str:
    """``138****5678``."""
    return _cover(phone, 3, 4)


def mask_name(name: str) -> str:
    """``张*``, however long the name is."""
    return name[:1] + "*" if len(name) > 1 else "*"


def _cover(text: str, head: int, tail: int) -> str:
    covered = len(text) - head - tail
    if covered <= 0:
        return "*" * len(text)
    return text[:head] + "*" * covered + text[-tail:]
