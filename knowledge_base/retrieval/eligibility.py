"""The stage that leaves out what may not be an answer: lapsed, not yet valid, of another place."""

from collections.abc import Collection
from datetime import date

from knowledge_base.document import Document, DocumentKind
from knowledge_base.retrieval.stage import StageSettings


class EligibilitySettings(StageSettings):
    """``regions`` lists the places whose rules hold for the union's members."""

    regions: tuple[str, ...] = ("余杭区", "杭州市", "浙江省", "全国")


class Eligibility:
    """Tells whether a document may be an answer."""

    def __init__(self, settings: EligibilitySettings) -> None:
        self._settings = settings

    def allows(self, document: Document, day: date, areas: Collection[str] | None) -> bool:
        """Tell whether the document may answer on ``day``, within ``areas`` if there are any.

        A document without a region or dates holds everywhere and always.
        """
        if document.kind is DocumentKind.UNCOVERED:
            return False
        if areas is not None and document.area not in areas:
            return False
        if not self._settings.enabled:
            return True
        return document.valid_on(day) and (
            document.region is None or document.region in self._settings.regions
        )
