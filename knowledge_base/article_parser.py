"""Strict parser of article files. Every refusal names the file, the line and the rule."""

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml
from pydantic import ValidationError

from knowledge_base.article import SHORT_ANSWER_LIMIT, Article, FrontMatter, SectionName
from knowledge_base.calendar import today
from knowledge_base.parameters import ParameterError, Parameters, parameters
from knowledge_base.plain_yaml import load_plain_yaml
from knowledge_base.references import Renderer

_FENCE = "---"
_HEADING = re.compile(r"^(#{1,6})\s*(.*?)\s*$")
_ORDER = {name: position for position, name in enumerate(SectionName)}


@dataclass(frozen=True)
class ArticleProblem:
    """One broken rule, with the place an editor has to look at."""

    file: Path
    line: int
    rule: str
    detail: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: [{self.rule}] {self.detail}"


class ArticleError(Exception):
    """An article breaks one or more rules; ``problems`` lists them all."""

    def __init__(self, problems: list[ArticleProblem]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


def parse_article(
    path: Path, *, on: date | None = None, register: Parameters | None = None
) -> Article:
    """Read one article file and print its dated figures as they are on a day (default: today).

    Raises:
        ArticleError: the file is not UTF-8, breaks a rule of the format, or refers to a figure
            that does not exist or does not hold on that day.
        ParameterError: the register of this package is not sound.
    """
    return parse_source(path.read_bytes(), path, on=on, register=register)


def parse_source(
    raw: bytes, path: Path, *, on: date | None = None, register: Parameters | None = None
) -> Article:
    """Read an article that need not be on the disk yet; ``path`` is named in its problems.

    Raises:
        ArticleError: as :func:`parse_article`.
        ParameterError: as :func:`parse_article`.
    """
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise ArticleError(
            [ArticleProblem(path, line, "encoding", f"not UTF-8 at byte {error.start}")]
        ) from error
    lines = text.splitlines()
    head_end = _front_matter_end(path, lines)
    front_matter = _parse_front_matter(path, lines[1:head_end])
    _refuse_references(path, lines[1:head_end], front_matter)
    renderer = Renderer(register or parameters(), on or today())
    rendered = lines[: head_end + 1] + _render(path, lines, head_end + 1, renderer)
    sections, section_lines = _parse_sections(path, rendered, head_end + 1)
    wording = "\n".join([*rendered, str(renderer.until)])
    return Article(
        front_matter=front_matter,
        sections=sections,
        section_lines=section_lines,
        revision=hashlib.sha256(wording.encode()).hexdigest()[:12],
        parameters=renderer.used,
        rendered_until=renderer.until,
    )


def _refuse_references(path: Path, lines: list[str], front_matter: FrontMatter) -> None:
    """Of the front matter, only calculations may refer to dated figures: no other is printed."""
    problems = [
        ArticleProblem(path, number, "parameter", "only sections and calculations may refer to one")
        for number, line in enumerate(lines, start=2)
        if "{{" in line and not any(text in line for text in front_matter.calculations)
    ]
    if problems:
        raise ArticleError(problems)


def _render(path: Path, lines: list[str], start: int, renderer: Renderer) -> list[str]:
    rendered: list[str] = []
    problems: list[ArticleProblem] = []
    for number, line in enumerate(lines[start:], start=start + 1):
        try:
            rendered.append(renderer.render(line))
        except ParameterError as error:
            problems.append(ArticleProblem(path, number, "parameter", str(error)))
    if problems:
        raise ArticleError(problems)
    return rendered


def _front_matter_end(path: Path, lines: list[str]) -> int:
    if not lines or lines[0].strip() != _FENCE:
        raise ArticleError(
            [ArticleProblem(path, 1, "front-matter", "the file must start with a '---' line")]
        )
    for number, line in enumerate(lines[1:], start=1):
        if line.strip() == _FENCE:
            return number
    raise ArticleError(
        [ArticleProblem(path, 1, "front-matter", "the closing '---' line is missing")]
    )


def _parse_front_matter(path: Path, lines: list[str]) -> FrontMatter:
    source = "\n".join(lines)
    try:
        data = load_plain_yaml(source)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 2
        raise ArticleError(
            [ArticleProblem(path, line, "yaml", error.problem or "not valid YAML")]
        ) from error
    except yaml.reader.ReaderError as error:
        line = source.count("\n", 0, error.position) + 2
        raise ArticleError([ArticleProblem(path, line, "yaml", error.reason)]) from error
    if not isinstance(data, dict):
        raise ArticleError([ArticleProblem(path, 2, "yaml", "expected a mapping of keys")])
    try:
        return FrontMatter.model_validate(data)
    except ValidationError as error:
        raise ArticleError(
            [
                ArticleProblem(
                    path,
                    _line_of(source, detail["loc"]),
                    ".".join(str(part) for part in detail["loc"]) or "front-matter",
                    detail["msg"],
                )
                for detail in error.errors()
            ]
        ) from error


def _line_of(source: str, location: tuple[int | str, ...]) -> int:
    """Return the file's line of a front-matter value, or of its nearest parent."""
    node = yaml.compose(source, Loader=yaml.SafeLoader)
    line = 2
    for part in location:
        child: yaml.Node | None = None
        if isinstance(node, yaml.MappingNode):
            child = next((value for key, value in node.value if key.value == str(part)), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            child = node.value[part] if part < len(node.value) else None
        if child is None:
            break
        node = child
        line = node.start_mark.line + 2
    return line


def _parse_sections(
    path: Path, lines: list[str], start: int
) -> tuple[dict[SectionName, str], dict[SectionName, int]]:
    """Return the sections, and the line on which the text of each begins."""
    problems: list[ArticleProblem] = []
    bodies: dict[SectionName, list[str]] = {}
    heading_lines: dict[SectionName, int] = {}
    current: SectionName | None = None
    headings = 0
    for number, line in enumerate(lines[start:], start=start + 1):
        heading = _HEADING.match(line)
        if heading is None:
            if current is not None:
                bodies[current].append(line)
            elif line.strip() and not headings:
                problems.append(
                    ArticleProblem(path, number, "section", "text before the first section")
                )
            continue
        headings += 1
        current = _section_of(path, number, heading, problems)
        if current is None:
            continue
        if current in bodies:
            problems.append(ArticleProblem(path, number, "section", f"'{current}' stands twice"))
        elif bodies and _ORDER[current] < _ORDER[list(bodies)[-1]]:
            problems.append(ArticleProblem(path, number, "section", f"'{current}' is out of order"))
        bodies.setdefault(current, [])
        heading_lines.setdefault(current, number)
    sections = {name: "\n".join(body).strip() for name, body in bodies.items()}
    problems += _section_problems(path, sections, heading_lines, len(lines))
    if problems:
        raise ArticleError(problems)
    first_lines = {
        name: heading_lines[name] + 1 + next(i for i, line in enumerate(body) if line.strip())
        for name, body in bodies.items()
    }
    return sections, first_lines


def _section_of(
    path: Path, number: int, heading: re.Match[str], problems: list[ArticleProblem]
) -> SectionName | None:
    level, name = heading.groups()
    if level != "##":
        problems.append(
            ArticleProblem(path, number, "section", "sections are second-level headings ('## ')")
        )
        return None
    try:
        return SectionName(name)
    except ValueError:
        known = "、".join(SectionName)
        problems.append(
            ArticleProblem(path, number, "section", f"unknown section {name!r}; known: {known}")
        )
        return None


def _section_problems(
    path: Path, sections: dict[SectionName, str], heading_lines: dict[SectionName, int], end: int
) -> list[ArticleProblem]:
    problems = [
        ArticleProblem(path, heading_lines[name], "section", f"'{name}' is empty")
        for name, body in sections.items()
        if not body
    ]
    for required in (SectionName.SHORT_ANSWER, SectionName.BASIS):
        if required not in sections:
            problems.append(ArticleProblem(path, end, "section", f"'{required}' is missing"))
    short_answer = sections.get(SectionName.SHORT_ANSWER, "")
    if len(short_answer) > SHORT_ANSWER_LIMIT:
        problems.append(
            ArticleProblem(
                path,
                heading_lines[SectionName.SHORT_ANSWER],
                "short-answer",
                f"{len(short_answer)} characters; at most {SHORT_ANSWER_LIMIT}",
            )
        )
    return problems
