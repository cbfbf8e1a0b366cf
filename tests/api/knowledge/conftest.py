"""The knowledge desk on a small knowledge base, in a process and over HTTP."""

import shutil
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI

from api import errors
from api.knowledge import routes
from api.knowledge.catalogue import Catalogue
from api.knowledge.desk import KnowledgeDesk
from api.knowledge.drafting import Drafting
from api.knowledge.hit_test import HitTester
from api.knowledge.import_desk import ImportDesk
from api.knowledge.imports import Imports
from api.knowledge.places import KnowledgePlaces
from api.knowledge.publishing import Publishing
from api.knowledge.service import Knowledge
from api.review import proposal_routes
from api.review.desk import ReviewDesk
from api.settings import Settings
from api.staff import routes as staff_routes
from api.staff.accounts import Accounts
from api.staff.passwords import Passwords
from api.staff.sessions import Sessions
from api.storage.database import Database
from api.storage.models import Role, Staff
from knowledge_base.collection import load_collection
from knowledge_base.index.builder import build_index
from knowledge_base.index.store import IndexStore
from tests.api.knowledge.in_service import InService
from tests.api.knowledge.office import PASSWORD, Office, People
from tests.knowledge_base import samples


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five articles with an index of them and questions about them; copied for each test."""
    folder = tmp_path_factory.mktemp("knowledge")
    samples.write_small_corpus(folder / "program")
    engine = samples.engine_of(samples.fake_encoder())
    documents = load_collection(folder / "program").documents
    store, analysers = IndexStore(folder / "index"), list(engine.analysers.values())
    build_index(documents, store, engine.encoder, analysers)
    (folder / "questions").mkdir()
    (folder / "questions" / "questions.jsonl").write_text(
        '{"id": "leave", "question": "年休假一年有几天", "answers": ["annual-leave-days"]}\n'
        '{"id": "aid", "question": "职工医疗互助怎么申请", "answers": ["mutual-aid"]}\n'
        '{"id": "arrears", "question": "被拖欠工资怎么办", "answers": ["wage-arrears"]}\n',
        encoding="utf-8",
    )
    return folder


@pytest.fixture
def places(tmp_path: Path, prepared: Path) -> KnowledgePlaces:
    shutil.copytree(prepared, tmp_path / "knowledge")
    root = tmp_path / "knowledge"
    return KnowledgePlaces(root / "program", root / "articles", root / "index")


@pytest.fixture
async def database(tmp_path: Path, migrated_file: Path) -> AsyncIterator[Database]:
    shutil.copy(migrated_file, tmp_path / "gateway.db")
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/gateway.db")
    yield database
    await database.close()


@pytest.fixture
def accounts(database: Database) -> Accounts:
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    return Accounts(database, Passwords(hasher))


@pytest.fixture
async def people(accounts: Accounts) -> People:
    async def hire(username: str, name: str, role: Role) -> Staff:
        return await accounts.create(username, name, role, PASSWORD)

    return People(
        chen=await hire("chen", "陈编辑", Role.EDITOR),
        wu=await hire("wu", "吴编辑", Role.EDITOR),
        zhou=await hire("zhou", "周主任", Role.SUPERVISOR),
        qian=await hire("qian", "钱主任", Role.SUPERVISOR),
        wang=await hire("wang", "王芳", Role.AGENT),
    )


@pytest.fixture
def catalogue(places: KnowledgePlaces) -> Catalogue:
    return Catalogue(places)


@pytest.fixture
def desk(database: Database, catalogue: Catalogue) -> KnowledgeDesk:
    return KnowledgeDesk(database, catalogue)


@pytest.fixture
def review(database: Database, places: KnowledgePlaces, catalogue: Catalogue) -> ReviewDesk:
    return ReviewDesk.of(database, Settings(), InService(places), Drafting(catalogue))


@pytest.fixture
def imports(places: KnowledgePlaces, monkeypatch: pytest.MonkeyPatch) -> Imports:
    monkeypatch.setenv("UNION_DATA_DIR", str(places.articles.parent))
    return Imports(places)


@pytest.fixture
def die_at() -> str:
    """The step at which the publisher is killed; empty: it is not."""
    return ""


@pytest.fixture
async def publishing(
    database: Database, places: KnowledgePlaces, imports: Imports, die_at: str
) -> AsyncIterator[Publishing]:
    publishing = Publishing(
        database,
        places,
        imports,
        command=(sys.executable, "-m", "tests.api.knowledge.publisher", die_at),
        options=["--questions", str(places.program.parent / "questions")],
    )
    yield publishing
    await publishing.close()


@pytest.fixture
async def office(
    database: Database,
    catalogue: Catalogue,
    desk: KnowledgeDesk,
    imports: Imports,
    publishing: Publishing,
    review: ReviewDesk,
    people: People,
) -> AsyncIterator[Office]:
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    app = FastAPI()
    errors.install(app)
    app.include_router(staff_routes.public)
    app.include_router(routes.own)
    app.include_router(proposal_routes.own)
    app.state.database, app.state.settings, app.state.review = database, Settings(), review
    app.state.staff_sessions = Sessions(database, Passwords(hasher), secret_key="key")
    async with httpx2.AsyncClient() as outside:
        app.state.knowledge = Knowledge(
            desk=desk,
            drafting=Drafting(catalogue),
            imports=ImportDesk(database, catalogue, imports),
            publishing=publishing,
            hit_tester=HitTester(outside, "http://127.0.0.1:9"),
        )
        transport = httpx2.ASGITransport(app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://desk") as client:
            yield Office(app, client)
