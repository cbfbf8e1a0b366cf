"""The Chinese texts of the knowledge desk's pages."""

from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from api.knowledge.listing import DueKind, Standing
from api.storage.models import PublicationState, RevisionState
from knowledge_base.article import ArticleStatus
from knowledge_base.publishing.plan import Step
from knowledge_base.retrieval.decision import Decision


class _Texts(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SectionTexts(_Texts):
    """The pages of the desk."""

    articles: str
    hit_test: str
    imports: str
    publish: str


class TabTexts(_Texts):
    """The lists of the first page."""

    articles: str
    due: str
    waiting: str
    wanted: str


class ListTexts(_Texts):
    """The first page."""

    search: str
    area: str
    standing: str
    status: str
    state: str
    every: str
    new: str
    tabs: TabTexts
    columns: dict[str, str]
    due_columns: dict[str, str]
    latest: str
    count: str
    overdue: str
    nothing: str
    nothing_due: str
    nothing_waiting: str
    nothing_wanted: str
    asked: str
    write: str
    figures: str


class CreateTexts(_Texts):
    """The dialog for a new article."""

    title: str
    id: str
    name: str
    area: str
    create: str
    cancel: str
    bad_id: str
    missing: str


class EditorTexts(_Texts):
    """The editor."""

    source: str
    help: str
    saved: str
    unsaved: str
    unchanged: str
    save: str
    submit: str
    approve: str
    reject: str
    publish: str
    retire: str
    retiring: str
    comment: str
    web: str
    wechat: str
    stale: str
    nothing: str
    citation: str
    as_of: str
    unverified: str
    part: str
    related: str
    problems: str
    sound: str
    line: str
    variants: str
    add: str
    proposals: str
    all_proposals: str
    submitted: str
    approved: str
    rejected: str
    retired: str
    retire_title: str
    retire_words: str
    reject_title: str
    reject_words: str
    confirm: str
    cancel: str
    history: str
    program: str
    compare: str
    compare_with: str
    revision: str
    decided: str
    no_difference: str
    no_history: str
    recover_title: str
    recover: str
    recover_yes: str
    recover_no: str
    conflict_title: str
    conflict_words: str
    conflict_mine: str
    conflict_theirs: str
    conflict_back: str


class DiffTexts(_Texts):
    """A comparison."""

    removed: str
    added: str
    gap: str
    line: str


class HitTestTexts(_Texts):
    """The page that shows what a question finds."""

    intro: str
    question: str
    ask: str
    rewritten: str
    decision: str
    probability: str
    thresholds: str
    version: str
    part: str
    nothing: str
    columns: dict[str, str]
    unverified: str
    revision: str


class ImportTexts(_Texts):
    """The page for foreign files."""

    intro: str
    choose: str
    result: str
    keep: str
    kept: str
    article: str
    questions: str
    waiting: str
    by: str
    by_hand: str
    drop: str
    dropped: str
    nothing: str
    too_large: str
    notes: str
    area: str


class PublishTexts(_Texts):
    """The page of publications."""

    intro: str
    waiting: str
    revision: str
    retires: str
    import_: str
    own_import: str
    nothing: str
    start: str
    started: str
    roll_back: str
    roll_back_title: str
    roll_back_words: str
    rolled_back: str
    confirm: str
    cancel: str
    history: str
    no_history: str
    steps: dict[Step, str]
    progress: str
    by: str
    index: str
    imports: str
    measures: str
    measure_columns: dict[str, str]
    measure_names: dict[str, str]
    fell: str
    fine: str
    asked: str
    broken: str
    repaired: str
    left_out: str
    verdict_columns: dict[str, str]
    case: str
    nobody: str
    treated: str
    outcome: str
    nothing_found: str


class KnowledgePageTexts(_Texts):
    """Everything in ``texts.yml``."""

    title: str
    nav: str
    sections: SectionTexts
    states: dict[RevisionState, str]
    standings: dict[Standing, str]
    statuses: dict[ArticleStatus, str]
    publication_states: dict[PublicationState, str]
    decisions: dict[Decision, str]
    due: dict[DueKind, str]
    list: ListTexts
    create: CreateTexts
    editor: EditorTexts
    diff: DiffTexts
    hit_test: HitTestTexts
    imports: ImportTexts
    publish: PublishTexts


@cache
def page_texts() -> KnowledgePageTexts:
    """Texts of ``texts.yml``. Raises ``pydantic.ValidationError`` if one is missing."""
    path = Path(__file__).with_name("texts.yml")
    return KnowledgePageTexts.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
