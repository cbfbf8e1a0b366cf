"""The text of a statute to its articles (第X条), chapters and attachments."""

import re
from dataclasses import dataclass, field

from knowledge_base.importers.conversion import HEAD_END
from knowledge_base.importers.refusal import UnreadableError
from knowledge_base.numerals import WHOLE_NUMBER_CHARACTERS, parse_whole

_NUMBER = rf"[{WHOLE_NUMBER_CHARACTERS}0-9０-９]{{1,9}}"
_MARKUP = r"(?:#{1,6}\s*)?(?:\*\*|__)?"
_ARTICLE = re.compile(
    rf"^\s*{_MARKUP}第\s?(?P<number>{_NUMBER})\s?条(?:之(?P<inserted>{_NUMBER}))?(?:\*\*|__)?"
    # Without a gap the words of a reference may follow: 第三条规定的, 第三条第二款, 第三条、.
    r"(?:(?P<gap>[\s:：]+)|(?![第规的、和至或中所及与到，。；])(?=[\u3400-\u9fff])|$)(?:\*\*|__)?(?P<text>.*)$"
)
_CHAPTER = re.compile(
    rf"^\s*{_MARKUP}第\s?{_NUMBER}\s?(编|分编|章|节)(?:[\s:：]+(\S.{{0,40}}?))?(?:\*\*|__)?\s*$"
)
_ATTACHMENT = re.compile(
    rf"^\s*{_MARKUP}(附\s?[件录表]\s?(?:{_NUMBER})?(?:[\s:：][^。；，]{{0,40}}?)?)(?:\*\*|__)?\s*$"
)
_HEADING_MARK = re.compile(r"^\s*#{1,6}\s+")
_CONTENTS = re.compile(r"^\s*(?:#{1,6}\s*)?目\s*[录次]\s*$")
_SPACED_HANZI = re.compile(r"(?<=[\u3400-\u9fff])[ \u3000]+(?=[\u3400-\u9fff])")
_SENTENCE_END = re.compile(r"[。；！？.;!?][”’」』）)》\"*]*$")
_HISTORY = re.compile(
    r"^[（(]?\s*(?:\d{4}\s?年|[一二〇○零九]{4}年)|^[（(].*[）)]$|^\S{1,20}[〔\[（(【]\d{4}[〕\]）)】]\s?\d+\s?号$"
)
_CHAPTER_RANKS = {"编": 0, "分编": 1, "章": 2, "节": 3}


@dataclass(frozen=True)
class StatuteArticle:
    """``number`` is (38, 0) for 第三十八条 and (38, 1) for 第三十八条之一."""

    number: tuple[int, int]
    label: str
    chapter: str | None
    text: str


@dataclass(frozen=True)
class Statute:
    """A statute in reading order.

    ``head`` is the history of its adoption, line by line; ``introduction`` the sentences
    before the first article; ``attachments`` maps 附件一, 附录 and the like to their text.
    """

    title: str | None
    head: list[str]
    introduction: str
    articles: list[StatuteArticle]
    attachments: dict[str, str]


def has_articles(text: str) -> bool:
    """Tell whether the text is a statute: two or more articles, the first of them 第一条."""
    begins = [match for line in text.split("\n") if (match := _ARTICLE.match(line))]
    return len(begins) >= 2 and begins[0]["number"] in {"一", "1", "１"}


@dataclass
class _State:
    """Where the parser stands."""

    chapters: dict[int, str] = field(default_factory=dict)
    articles: list[StatuteArticle] = field(default_factory=list)
    attachments: dict[str, list[str]] = field(default_factory=dict)
    front: list[str] = field(default_factory=list)
    number: tuple[int, int] = (0, 0)
    label: str = ""
    chapter: str | None = None
    body: list[str] = field(default_factory=list)
    attachment: str | None = None
    previous: str = ""
    blank_before: bool = True

    def close_article(self) -> None:
        if self.label:
            text = _paragraphs(self.body)
            self.articles.append(StatuteArticle(self.number, self.label, self.chapter, text))
        self.body = []


def parse_statute(text: str) -> Statute:
    """Cut a statute into its articles.

    An article begins where a line begins with its number and a space, and the number follows
    the one before. 「依照本法第三十八条」 begins none, also where a line break of a PDF comes
    before the number: there the sentence before has not ended.

    Raises:
        UnreadableError: a number comes again or too low: two statutes in one file, or an
            error in the text.
    """
    state = _State()
    for line_number, line in enumerate(text.split("\n"), start=1):
        _take_line(state, line, line_number)
        if line.strip():
            state.previous = line.strip()
        state.blank_before = not line.strip()
    state.close_article()
    title, head, introduction = _split_front(state.front)
    return Statute(
        title=title,
        head=head,
        introduction=introduction,
        articles=state.articles,
        attachments={
            name: text for name, body in state.attachments.items() if (text := _paragraphs(body))
        },
    )


def _take_line(state: _State, line: str, line_number: int) -> None:
    if state.articles or state.label:
        if match := _ATTACHMENT.match(line):
            state.close_article()
            state.label = ""
            name = _without_gaps(match.group(1)).rstrip("：: ")
            state.attachment = name
            state.attachments.setdefault(name, [])
            return
        if state.attachment is not None:
            state.attachments[state.attachment].append(_HEADING_MARK.sub("", line))
            return
    if match := _CHAPTER.match(line):
        if not state.label or _HEADING_MARK.match(line) or _starts_afresh(state):
            _open_chapter(state, match)
        else:
            state.body.append(line)
        return
    match = _ARTICLE.match(line)
    if match is not None and _begins_article(state, match, line_number):
        state.close_article()
        state.number = _number_of(match)
        state.label = _label_of(match)
        state.chapter = " ".join(state.chapters[rank] for rank in sorted(state.chapters)) or None
        state.body = [match["text"]]
    elif state.label:
        state.body.append(_HEADING_MARK.sub("", line))
    else:
        state.front.append(line)


def _open_chapter(state: _State, match: re.Match[str]) -> None:
    rank = _CHAPTER_RANKS[match.group(1)]
    name = _without_gaps(_HEADING_MARK.sub("", match.group()).strip(" 　*_"))
    name = re.sub(r"^(第\S+?(?:编|章|节))[\s:：]*", r"\1 ", name).strip()
    state.chapters = {
        other: heading for other, heading in state.chapters.items() if other < rank
    } | {rank: name}


def _begins_article(state: _State, match: re.Match[str], line_number: int) -> bool:
    try:
        number = _number_of(match)
    except ValueError:
        return False
    if not state.label:
        return number == (1, 0)
    ended = _starts_afresh(state)
    stands_apart = match["gap"] is not None or not match["text"]
    last, last_inserted = state.number
    follows = number in {(last + 1, 0), (last, last_inserted + 1)}
    if follows and (ended or (state.blank_before and stands_apart)):
        return True
    if not ended or not stands_apart:
        return False
    if number <= state.number:
        raise UnreadableError(
            f"line {line_number}: {_label_of(match)} comes after {state.label}; "
            "one file must hold one statute with its articles in order"
        )
    return True


def _starts_afresh(state: _State) -> bool:
    """Tell whether the line before ends a sentence or is a heading."""
    before = state.previous
    return (
        not before
        or _SENTENCE_END.search(before) is not None
        or _CHAPTER.match(before) is not None
        or _HEADING_MARK.match(before) is not None
    )


def _number_of(match: re.Match[str]) -> tuple[int, int]:
    inserted = match["inserted"]
    return parse_whole(match["number"]), parse_whole(inserted) if inserted else 0


def _label_of(match: re.Match[str]) -> str:
    inserted = f"之{match['inserted']}" if match["inserted"] else ""
    return f"第{match['number']}条{inserted}"


def _split_front(front: list[str]) -> tuple[str | None, list[str], str]:
    """Part what stands before the first article into title, history and sentences."""
    lines = [line.strip() for line in front]
    title: str | None = None
    for position, line in enumerate(lines):
        if line:
            title = _HEADING_MARK.sub("", line).strip(" 　*#")
            lines = lines[position + 1 :]
            break
    if HEAD_END in lines:
        end = lines.index(HEAD_END)
        return title, [line for line in lines[:end] if line], _paragraphs(lines[end + 1 :])
    head = [line for line in lines if _HISTORY.match(line)]
    sentences = [line for line in lines if line not in head and not _CONTENTS.match(line)]
    return title, head, _paragraphs(sentences)


def _paragraphs(lines: list[str]) -> str:
    stripped = [line.strip(" \t　") for line in lines]
    return "\n\n".join(line for line in stripped if line)


def _without_gaps(text: str) -> str:
    """Close the gaps that set 附　则 and 总 则 wide; the gap after 第一章 is put back later."""
    return _SPACED_HANZI.sub("", text)
