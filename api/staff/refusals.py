"""What accounts refuse, in the codes that clients and pages know."""

from collections.abc import Iterator
from contextlib import contextmanager

from api.error_codes import ErrorCode
from api.errors import ApiError
from api.staff.accounts import (
    LastAdministratorError,
    NoSuchAccountError,
    UnsuitableNameError,
    UsernameTakenError,
)
from api.staff.passwords import MAX_LENGTH, MIN_LENGTH, UnsuitablePasswordError


@contextmanager
def as_refusals() -> Iterator[None]:
    """Let errors of accounts out as ``ApiError``."""
    try:
        yield
    except NoSuchAccountError:
        raise ApiError(ErrorCode.ACCOUNT_NOT_FOUND) from None
    except UsernameTakenError:
        raise ApiError(ErrorCode.USERNAME_TAKEN) from None
    except LastAdministratorError:
        raise ApiError(ErrorCode.LAST_ADMINISTRATOR) from None
    except UnsuitableNameError:
        raise ApiError(ErrorCode.INVALID_REQUEST, fields="username, name") from None
    except UnsuitablePasswordError:
        raise ApiError(ErrorCode.PASSWORD_UNSUITABLE, least=MIN_LENGTH, most=MAX_LENGTH) from None
