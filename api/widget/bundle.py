"""Makes the one module ``/widget.js`` of the small modules in ``src``.

No build step and no Node: modules are put one behind the other in the order of their imports,
which works because they share one scope without clashing. That they do, and that every import
names an export, is checked here.
"""

import gzip
import hashlib
import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rjsmin import jsmin

_FOLDER = Path(__file__).parent
_SOURCES = _FOLDER / "src"
_LOCALES = _FOLDER / "locales"
_ENTRY = "element.js"
_GENERATED = "generated.js"
_IMPORT = re.compile(r'^import \{([^}]*)\} from "\./([\w.-]+\.js)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const|let)\b)", re.MULTILINE)
_TOP_LEVEL = re.compile(r"^(export )?(?:async )?(?:function|class|const|let) (\w+)", re.MULTILINE)


class BundleError(ValueError):
    """The sources do not fit together."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """The module in UTF-8, plain and gzipped; ``digest`` names its content."""

    body: bytes
    gzipped: bytes
    digest: str

    @classmethod
    def of(cls, text: str) -> "Bundle":
        """The bundle of a text; the same text gives the same bytes."""
        body = text.encode()
        return cls(
            body=body,
            gzipped=gzip.compress(body, compresslevel=9, mtime=0),
            digest=hashlib.sha256(body).hexdigest()[:16],
        )


@cache
def widget_bundle() -> Bundle:
    """The module that pages load. Raises ``BundleError``."""
    return Bundle.of(jsmin(link(read_sources())))


def read_sources() -> dict[str, str]:
    """Texts of the modules by their file names, the generated one included."""
    sources = {path.name: path.read_text(encoding="utf-8") for path in _SOURCES.glob("*.js")}
    sources[_GENERATED] = _generated()
    return sources


def locales() -> dict[str, dict[str, str]]:
    """What the window says, by language tag and key."""
    return {
        path.stem: json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(_LOCALES.glob("*.json"))
    }


def link(sources: dict[str, str], entry: str = _ENTRY) -> str:
    """One module of many, beginning at ``entry``, each behind those that it imports.

    Imports are ``import { a, b } from "./name.js";``, exports stand before a declaration.
    Raises ``BundleError``: a module or name that is not there, a circle, a name taken twice, an
    import or export in another form.
    """
    exports = {name: _exported(text) for name, text in sources.items()}
    ordered: list[str] = []
    _visit(entry, sources, exports, ordered, path=())
    _refuse_clashes({name: sources[name] for name in ordered})
    return "".join(_body(name, sources[name]) for name in ordered)


def _visit(
    name: str,
    sources: dict[str, str],
    exports: dict[str, set[str]],
    ordered: list[str],
    path: tuple[str, ...],
) -> None:
    if name in path:
        raise BundleError(f"imports in a circle: {' -> '.join((*path, name))}")
    if name in ordered:
        return
    if name not in sources:
        raise BundleError(f"{path[-1] if path else 'entry'} imports {name}, which is not there")
    for wanted, other in _IMPORT.findall(sources[name]):
        _visit(other, sources, exports, ordered, (*path, name))
        missing = {one.strip() for one in wanted.split(",") if one.strip()} - exports[other]
        if missing:
            raise BundleError(f"{name} imports {', '.join(sorted(missing))} from {other}")
    ordered.append(name)


def _exported(text: str) -> set[str]:
    return {name for export, name in _TOP_LEVEL.findall(text) if export}


def _refuse_clashes(sources: dict[str, str]) -> None:
    owners: dict[str, str] = {}
    for module, text in sources.items():
        for _, name in _TOP_LEVEL.findall(text):
            if name in owners:
                raise BundleError(f"{name} is in {owners[name]} and in {module}")
            owners[name] = module


def _body(name: str, text: str) -> str:
    code = _EXPORT.sub("", _IMPORT.sub("", text))
    if re.search(r"^(?:import|export)\b", code, re.MULTILINE):
        raise BundleError(f"{name} imports or exports in a form that is not known here")
    return code


def _generated() -> str:
    styles = (_SOURCES / "widget.css").read_text(encoding="utf-8")
    values = {"STYLES": minify_css(styles), "LOCALES": locales()}
    return "".join(
        f"export const {name} = {json.dumps(value, ensure_ascii=False, separators=(',', ':'))};\n"
        for name, value in values.items()
    )


def minify_css(text: str) -> str:
    """The same rules without comments and needless blanks."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r" ?([{};,]) ?", r"\1", text).replace(": ", ":")
    return text.replace(";}", "}").strip()
