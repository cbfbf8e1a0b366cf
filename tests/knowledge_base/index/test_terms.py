from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.index.terms import document_key, load_terms, save_terms, terms_of
from knowledge_base.units import Unit, UnitKind
from tests.knowledge_base.samples import Letters

KEYS = [document_key([bytes([number]) * 16]) for number in range(3)]


def unit(text: str) -> Unit:
    return Unit("a", UnitKind.SECTION, "", text)


def test_a_key_follows_the_units_and_their_order() -> None:
    first, second = b"1" * 16, b"2" * 16
    keys = {document_key(each) for each in ([first], [second], [first, second], [second, first])}
    assert len(keys) == 4


def test_only_unknown_documents_are_analysed() -> None:
    analyser = Letters()
    documents = [[unit("ab"), unit("c")], [unit("d")]]
    assert terms_of(documents, KEYS[:2], analyser, {}) == [["a", "b", "c"], ["d"]]
    assert analyser.analysed == ["ab", "c", "d"]
    analyser = Letters()
    known = {KEYS[0]: ["known"]}
    assert terms_of(documents, KEYS[:2], analyser, known) == [["known"], ["d"]]
    assert analyser.analysed == ["d"]


@given(st.lists(st.lists(st.text(st.characters(codec=None), max_size=3)), max_size=3))
def test_terms_survive_the_disk(tmp_path_factory: object, terms: list[list[str]]) -> None:
    file = tmp_path_factory.mktemp("terms") / "below" / "words.npz"  # type: ignore[attr-defined]
    keys = KEYS[: len(terms)]
    save_terms(file, keys, terms)
    assert load_terms(file) == dict(zip(keys, terms, strict=True))


def test_equal_terms_are_one_string_in_memory(tmp_path: Path) -> None:
    save_terms(tmp_path / "words.npz", KEYS[:2], [["年假"], ["年假"]])
    first, second = load_terms(tmp_path / "words.npz").values()
    assert first[0] is second[0]
