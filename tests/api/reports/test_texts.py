from api.console.reports.texts import page_texts
from api.reports.desk import BUCKETS_MIN
from api.reports.kinds import CaseKind
from api.reports.texts import report_texts
from api.storage.models import Channel, HandoffState, OutcomeKind, Status
from contract import HandoffReason


def test_everything_has_a_name() -> None:
    texts = report_texts()
    assert set(texts.channels) == set(Channel)
    assert set(texts.statuses) == set(Status)
    assert set(texts.states) == set(HandoffState)
    assert set(texts.outcomes) == set(OutcomeKind)
    assert set(texts.reasons) == set(HandoffReason)
    assert set(texts.kinds) == set(CaseKind)
    assert set(texts.priorities) == {1, 2, 3, 4}
    assert len(page_texts().figures.buckets) == len(BUCKETS_MIN) + 1
