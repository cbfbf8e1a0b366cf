"""Everything of the reports, put together once for a process (``app.state.reports``)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Self

from api.promises.schedule import Schedule
from api.promises.working_hours import WorkingHours
from api.reports.alarm import AlertRound, Announcements
from api.reports.alert_desk import AlertDesk
from api.reports.exports import Exports
from api.reports.figures import Reports
from api.reports.monthly import Monthly
from api.reports.monthly_reports import MonthlyReports
from api.storage.database import Database
from api.storage.models import now

if TYPE_CHECKING:
    from api.settings import Settings

ALERT_DAYS = 7
"""How far back cases count for an early warning."""
ALERT_PEOPLE = 3
"""Workers from whom on an employer is warned of."""


@dataclass(frozen=True)
class ReportServices:
    """Routes and console call these; ``alert_round`` is for the background."""

    figures: Reports
    exports: Exports
    monthly: MonthlyReports
    alerts: AlertDesk
    alert_round: AlertRound

    @classmethod
    def of(
        cls,
        settings: "Settings",
        database: Database,
        announcements: Announcements,
        *,
        articles: Path,
        alert_days: float = ALERT_DAYS,
        alert_people: int = ALERT_PEOPLE,
        clock: Callable[[], datetime] = now,
    ) -> Self:
        """Build them. ``articles``: where editors' articles are (``UNION_ARTICLES_DIR``)."""
        hours = WorkingHours(Schedule.parse(settings.working_hours), settings.timezone)
        return cls(
            figures=Reports(database, hours, articles, clock),
            exports=Exports(database, hours, articles, clock),
            monthly=MonthlyReports(database, Monthly(database, hours, clock)),
            alerts=AlertDesk(database, clock),
            alert_round=AlertRound(
                database,
                announcements,
                window=timedelta(days=alert_days),
                least_people=alert_people,
                clock=clock,
            ),
        )
