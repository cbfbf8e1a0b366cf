import logging
import sys

from actions.logs import QuietFormatter


def test_an_exceptions_message_is_not_logged_but_its_type_and_place_are() -> None:
    try:
        raise ValueError("我叫张三，电话13800000000")
    except ValueError:
        record = logging.LogRecord(
            "actions", logging.ERROR, __file__, 1, "action failed", None, sys.exc_info()
        )
    line = QuietFormatter("%(message)s").format(record)
    assert "张三" not in line
    assert "13800000000" not in line
    assert "ValueError" in line
    assert "test_logs.py" in line
