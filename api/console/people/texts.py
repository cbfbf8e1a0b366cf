"""The Chinese texts of the pages on people."""

from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from api.storage.models import Role


class _Texts(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class EnrolmentTexts(_Texts):
    """The page for those who have to set up a second factor first, and the login's word on it."""

    title: str
    intro: str
    code_required: str
    again: str
    log_out: str


class SecondFactorTexts(_Texts):
    """Everything about codes."""

    title: str
    about: str
    is_off: str
    is_on: str
    is_required: str
    codes_left: str
    password: str
    begin: str
    scan: str
    qr: str
    by_hand: str
    code: str
    code_or_backup: str
    confirm: str
    codes_title: str
    codes_intro: str
    codes_kept: str
    renew: str
    renew_about: str
    turn_off: str
    turn_off_about: str
    turned_on: str
    turned_off: str


class AccountTexts(_Texts):
    """The own account."""

    title: str
    username: str
    role: str
    since: str
    password: str
    old_password: str
    new_password: str
    repeat_password: str
    password_rule: str
    password_differs: str
    password_changed: str


class LoginsTexts(_Texts):
    """Logins that have not ended."""

    title: str
    about: str
    began: str
    used: str
    this: str
    end: str
    end_others: str
    ended: str
    nobody: str


class PeopleColumns(_Texts):
    """Headings of the list of accounts."""

    name: str
    role: str
    state: str
    second_factor: str
    capacity: str
    used: str


class PeopleSections(_Texts):
    """Headings of one account."""

    role: str
    access: str
    danger: str


class PeoplePageTexts(_Texts):
    """The accounts, for administrators. ``roles``: what each role does."""

    title: str
    nav: str
    create: str
    search: str
    show_disabled: str
    nobody_found: str
    columns: PeopleColumns
    active: str
    disabled: str
    second_factor_on: str
    second_factor_off: str
    never: str
    unlimited: str
    username: str
    username_rule: str
    name: str
    name_rule: str
    role: str
    password: str
    password_rule: str
    created: str
    open: str
    capacity: str
    reset_password: str
    reset_password_about: str
    new_password: str
    reset_second_factor: str
    reset_second_factor_about: str
    disable: str
    disable_about: str
    enable: str
    end_logins: str
    own: str
    to_own: str
    sections: PeopleSections
    roles: dict[Role, str]


class AuditPageTexts(_Texts):
    """The audit; the words for acts are in ``api/staff/audit_texts.yml``."""

    title: str
    nav: str
    about: str
    actor: str
    anybody: str
    action: str
    anything: str
    subject: str
    since: str
    until: str
    search: str
    export: str
    exported: str
    more: str
    nothing: str
    bad_date: str
    all_of: str


class PeopleTexts(_Texts):
    """Everything on these pages."""

    save: str
    cancel: str
    close: str
    done: str
    none: str
    enrolment: EnrolmentTexts
    second_factor: SecondFactorTexts
    account: AccountTexts
    logins: LoginsTexts
    people: PeoplePageTexts
    audit: AuditPageTexts


@cache
def people_texts() -> PeopleTexts:
    """Texts of ``texts.yml``. Raises ``pydantic.ValidationError`` if one is missing."""
    path = Path(__file__).with_name("texts.yml")
    return PeopleTexts.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
