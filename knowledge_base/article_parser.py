"""Strict parser of article files. Every refusal names the file, the line and the rule."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import ValidationError

from knowledge_base.article import SHORT_ANSWER_LIMIT, Article, FrontMatter, SectionName

_FENCE = "---"
_HEADING = re.compile(r"^(#{1,6})\s*(.*?)\s*$")
_ORDER = {name: position for position, name in enumerate(SectionName)}


class _Loader(yaml.SafeLoader):
    """Leaves plain values text: the model knows the types, and names the line of a bad one."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - PyYAML's own name, replaced, not changed
        first: [(tag, pattern) for tag, pattern in resolvers if tag.endswith(":null")]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


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


def parse_article(path: Path) -> Article:
    """Read one article file.

    Raises:
        ArticleError: the file is not UTF-8, or breaks a rule of the format.
    """
    raw = path.read_bytes()
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
    sections = _parse_sections(path, lines, head_end + 1)
    revision = hashlib.sha256(raw).hexdigest()[:12]
    return Article(front_matter=front_matter, sections=sections, revision=revision)


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
        data = yaml.load(source, Loader=_Loader)  # noqa: S506 - a safe loader
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


def _parse_sections(path: Path, lines: list[str], start: int) -> dict[SectionName, str]:
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
    return sections


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
