"""The knowledge desk, put together once for a process."""

from dataclasses import dataclass
from typing import Self

import httpx2
from starlette.datastructures import State

from api.knowledge.catalogue import Catalogue
from api.knowledge.desk import KnowledgeDesk
from api.knowledge.drafting import Drafting
from api.knowledge.hit_test import HitTester
from api.knowledge.import_desk import ImportDesk
from api.knowledge.imports import Imports
from api.knowledge.places import KnowledgePlaces
from api.knowledge.publishing import Publishing
from api.settings import Settings
from api.storage.database import Database


@dataclass(frozen=True)
class Knowledge:
    """Its parts. Call ``publishing.recover`` at the start and ``publishing.close`` at the end."""

    desk: KnowledgeDesk
    drafting: Drafting
    imports: ImportDesk
    publishing: Publishing
    hit_tester: HitTester

    @classmethod
    def of(
        cls,
        database: Database,
        client: httpx2.AsyncClient,
        places: KnowledgePlaces,
        *,
        actions_url: str,
    ) -> Self:
        """Build them; nothing connects yet."""
        catalogue = Catalogue(places)
        imports = Imports(places)
        return cls(
            desk=KnowledgeDesk(database, catalogue),
            drafting=Drafting(catalogue),
            imports=ImportDesk(database, catalogue, imports),
            publishing=Publishing(database, places, imports),
            hit_tester=HitTester(client, actions_url),
        )


def knowledge_of(state: State) -> Knowledge:
    """The knowledge desk of a gateway, made when it is first asked for."""
    if not hasattr(state, "knowledge"):
        settings: Settings = state.settings
        state.knowledge = Knowledge.of(
            state.database,
            state.client,
            KnowledgePlaces.of(settings),
            actions_url=settings.actions_url,
        )
    knowledge: Knowledge = state.knowledge
    return knowledge
