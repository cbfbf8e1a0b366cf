"""Which employer a worker means, whichever way the name is written.

A name is brought into one form, then compared with the others:

1. the same form is the same employer: 杭州宏达电子有限公司, 宏达电子厂, 宏達電子（余杭）分公司;
2. one wrong character in a name of four or more is a slip, if it is one that people make: a
   character that sounds the same or nearly so (宏达 and 鸿达), or any in a long name. Numbers and
   directions are never slips: 东方红一厂 is not 东方红二厂;
3. a name without its trade (宏达厂), or without a vague end (宏达电子 for 宏达电子科技), is the
   employer that is called so in full, if there is just one.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from pypinyin import Style, pinyin

from api.reports.employer_texts import employer_texts
from api.reports.folding import fold

_SLIPS_FROM: Final = 4
"""Characters of a name from which on one may be wrong, and of the name proper from which on it
may be any."""
_BLANKS = re.compile(r"[=+@|%&~^$\s·•・\"'“”‘’《》<>【】\[\]()_*#-]+")
_CLAUSES = re.compile(r"[,，.。;；!！?？、\n]+")
_LONGEST_NAME: Final = 24
_SHORTEST_NAME: Final = 2
_TELLS_APART: Final = frozenset("0123456789零一二三四五六七八九十东南西北中上下左右前后甲乙丙丁戊")
_NEARLY: Final = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"))


@dataclass(frozen=True)
class Employer:
    """``key``: the name without what is written in many ways; ``proper``: without its trade;
    ``name``: as it was written, in simplified characters and without the words around it."""

    key: str
    proper: str
    name: str = field(default="", compare=False)


def read_employer(told: str) -> Employer | None:
    """Whom a worker means by this; None if it is nobody in particular."""
    texts = employer_texts()
    whole = _BLANKS.sub("", fold(told))
    name = _without_words_around(_name_in(fold(told)))
    for written in (whole, name):
        if written in texts.key_of_known:
            known = texts.key_of_known[written]
            return Employer(known, known, written)
    key = _without_form_and_place(name)
    proper = texts.trade.sub("", key)
    if not proper:
        # Only a trade is left, so the place belongs to the name: 余杭水务, 临平水务.
        key = proper = _without_form(name)
    if len(key) < _SHORTEST_NAME or key in texts.nobody or texts.trade.fullmatch(key):
        return None
    if key in texts.key_of_known:
        known = texts.key_of_known[key]
        return Employer(known, known, name)
    return Employer(key, proper, name)


def same_employers(employers: Iterable[Employer]) -> Mapping[str, str]:
    """For every key the key of all that are the same employer: the most frequent of them, of
    equally frequent ones the first."""
    counts: dict[Employer, int] = defaultdict(int)
    for employer in employers:
        counts[employer] += 1
    ranked = sorted(counts, key=lambda each: -counts[each])
    leader = {employer.key: employer.key for employer in ranked}
    by_pattern: dict[str, list[Employer]] = defaultdict(list)
    for employer in ranked:
        for pattern in _patterns(employer.key):
            similar = by_pattern[pattern]
            slip = next((other for other in similar if _is_slip(other, employer)), None)
            if slip is not None:
                _join(leader, employer.key, leader[slip.key])
            similar.append(employer)
    by_proper: dict[str, list[Employer]] = defaultdict(list)
    for employer in ranked:
        by_proper[employer.proper].append(employer)
    for employer in ranked:
        full = {
            leader[each.key] for each in by_proper[employer.proper] if _is_short(employer, each)
        }
        full.discard(leader[employer.key])
        if len(full) == 1:
            _join(leader, employer.key, full.pop())
    return leader


def _join(leader: dict[str, str], key: str, to: str) -> None:
    before = leader[key]
    for each, its_leader in leader.items():
        if its_leader == before:
            leader[each] = to


def _is_short(one: Employer, other: Employer) -> bool:
    """Whether a name is what people make of a longer one."""
    if one.key == other.key or not other.key.startswith(one.key):
        return False
    left_out = other.key.removeprefix(one.key)
    return one.key == one.proper or employer_texts().vague.fullmatch(left_out) is not None


def _name_in(folded: str) -> str:
    """The clause that names the employer; a short answer is one, with blanks or without."""
    compact = _BLANKS.sub("", folded)
    if len(compact) <= _LONGEST_NAME and not _CLAUSES.search(compact):
        return compact
    clauses = [_BLANKS.sub("", clause) for clause in _CLAUSES.split(folded) if clause.strip()]
    for clause in clauses:
        found = employer_texts().form_inside.search(clause)
        if found and len(found[0]) <= _LONGEST_NAME:
            return found[0]
    return clauses[0] if clauses and len(clauses[0]) <= _LONGEST_NAME else ""


def _without_words_around(name: str) -> str:
    texts = employer_texts()
    before = None
    while before != name:
        before = name
        for words in (*texts.introductions, *texts.endings):
            name = words.sub("", name)
    return name


def _without_form(name: str) -> str:
    return employer_texts().form.sub("", name)


def _without_form_and_place(name: str) -> str:
    texts = employer_texts()
    before = None
    while before != name:
        before = name
        shorter = texts.form.sub("", name)
        if shorter != name:
            shorter = texts.place_at_end.sub("", shorter)
        name = shorter
    before = None
    while before != name:
        before, name = name, texts.place.sub("", name).lstrip("的")
    return name


def _patterns(key: str) -> Iterator[str]:
    """What two names have in common that differ in one place."""
    if len(key) >= _SLIPS_FROM:
        for place in range(len(key)):
            yield f"{key[:place]}*{key[place + 1 :]}"
            yield f"{key[:place]}*{key[place:]}"
        yield f"{key}*"


def _is_slip(one: Employer, other: Employer) -> bool:
    """Whether the one place in which two names differ can be a slip."""
    if abs(len(one.key) - len(other.key)) > 1:
        return False
    start = next(
        (
            place
            for place, pair in enumerate(zip(one.key, other.key, strict=False))
            if len(set(pair)) > 1
        ),
        min(len(one.key), len(other.key)),
    )
    differing = {one.key[start : start + 1], other.key[start : start + 1]}
    if len(one.key) != len(other.key):
        longer = max(one.key, other.key, key=len)
        differing = {longer[start]}
    if differing & _TELLS_APART or any(each.isascii() for each in differing):
        return False
    if min(len(one.proper), len(other.proper)) >= _SLIPS_FROM:
        return True
    return len(one.key) == len(other.key) and _sound_alike(one.key[start], other.key[start])


def _sound_alike(one: str, other: str) -> bool:
    return bool(_sounds(one) & _sounds(other))


def _sounds(character: str) -> set[str]:
    """Its readings without tones, as near as many in the region speak them."""
    readings = pinyin(character, style=Style.NORMAL, heteronym=True)[0]
    return {_nearly(reading) for reading in readings}


def _nearly(reading: str) -> str:
    for sound, other in _NEARLY:
        reading = reading.replace(sound, other)
    return reading
