"""Keeps the interface's catalogues: ``python -m locales.extract [--check]``.

Takes every sentence that the packages mark (``N_``, ``say``, ``plural`` and the command line's own
words for ``say``; in templates ``_`` and ``n_``) into ``locales/{fr,en}/LC_MESSAGES/enonce.po``,
and the French that lies in ``locales/fr/pending/*.po`` with it. The files are written by Babel
without dates, line numbers or hosts, so that the same sentences give the same bytes. ``--check``
writes nothing and says what is missing or badly set; it fails where there is anything to say.
``locales.catalog`` reads the result.
"""

from __future__ import annotations

import ast
import io
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from string import Formatter
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po, write_po
from jinja2 import Environment, nodes

ROOT = Path(__file__).parent.parent
PACKAGES = ("documents", "locales", "approvals", "flows")
KEYWORDS = frozenset({"N_", "say", "tr", "tell", "warn"})
PLURAL = "plural"

_HEADER = """\
msgid ""
msgstr ""
"Project-Id-Version: enonce\\n"
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural={plural};\\n"

"""
_PLURAL_RULES = {"fr": "(n > 1)", "en": "(n != 1)"}

_SPACING = re.compile(r" [;:?!»]|« ")
_STUCK = re.compile(r"[^\W\d_}»][;?!](?=\s|$)|[^\W\d_»]:(?=\s|$)")
_STRAIGHT = re.compile(r"[^\W\d_]'[^\W\d_]")

Found = dict[tuple[str, str | None], set[str]]
"""Files by sentence (and its plural, where it counts)."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in a catalogue that a reader would notice."""

    message: str
    what: str
    files: tuple[str, ...] = field(default=())

    def __str__(self) -> str:
        where = f" ({', '.join(self.files)})" if self.files else ""
        return f"{self.what}: {self.message!r}{where}"


def sentences(source: str) -> Iterator[tuple[str, str | None]]:
    """Every sentence that a Python source marks, with its plural where it has one."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else None
        name = node.func.id if isinstance(node.func, ast.Name) else name
        if name in KEYWORDS:
            for text in _literals(node.args[0]):
                yield text, None
        elif name == PLURAL and len(node.args) > 1:
            one, many = (next(_literals(argument), None) for argument in node.args[:2])
            if one is not None and many is not None:
                yield one, many


def _literals(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _literals(node.body)
        yield from _literals(node.orelse)


def template_sentences(source: str) -> Iterator[tuple[str, str | None]]:
    """Every sentence that a Jinja template marks, with its plural where it has one."""
    tree = Environment(trim_blocks=True, lstrip_blocks=True).parse(source)  # noqa: S701 (not filled)
    for call in tree.find_all(nodes.Call):
        if not isinstance(call.node, nodes.Name):
            continue
        words = [one.value for one in call.args if isinstance(one, nodes.Const)]
        texts = [one for one in words if isinstance(one, str) and one]
        if call.node.name == "_" and texts:
            yield texts[0], None
        elif call.node.name == "n_" and len(texts) > 1:
            yield texts[0], texts[1]


def extract(root: Path = ROOT, packages: Iterable[str] = PACKAGES) -> Found:
    """The sentences of all packages under ``root`` with the files that hold them."""
    found: Found = {}
    for package in packages:
        for pattern, read_sentences in _READERS.items():
            for path in sorted((root / package).rglob(pattern)):
                for key in read_sentences(path.read_text("utf-8")):
                    found.setdefault(key, set()).add(path.relative_to(root).as_posix())
    return found


_READERS: Final[Mapping[str, Callable[[str], Iterator[tuple[str, str | None]]]]] = {
    "*.py": sentences,
    "*.html": template_sentences,
}


def read(path: Path, language: str) -> Catalog:
    """Read a catalogue through Babel; an absent one is empty."""
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language, ignore_obsolete=True, abort_invalid=True)


def renew(found: Found, old: Catalog, snippets: Sequence[Catalog], language: str) -> Catalog:
    """A catalogue with exactly the sentences found; a snippet wins over what stood there."""
    counted = {one for one, many in found if many is not None}
    new = Catalog(locale=language)
    for (one, many), files in found.items():
        if many is None and one in counted:
            continue
        id = (one, many) if many else (one,)
        said: tuple[str, ...] = ()
        flags: set[str] = set()
        comments: list[str] = []
        for catalog in (old, *snippets):
            known = catalog.get(one)
            if known is not None and _strings(known):
                said, flags, comments = _strings(known), set(known.flags), known.user_comments
        if len(said) != len(id):
            said, flags = ("",) * len(id), set()
        new.add(
            id if many else one,
            said if many else said[0],
            locations=[(file, 0) for file in sorted(files)],
            flags=flags & {"fuzzy"},
            user_comments=comments,
        )
    return new


def written(catalog: Catalog, language: str) -> bytes:
    """The bytes of a catalogue: sorted, one header, no dates, no line numbers."""
    for message in catalog:
        message.flags.discard("python-format")
        message.flags.discard("python-brace-format")
    buffer = io.BytesIO()
    write_po(buffer, catalog, width=0, sort_output=True, include_lineno=False, omit_header=True)
    header = _HEADER.format(language=language, plural=_PLURAL_RULES[language])
    return header.encode() + buffer.getvalue().strip() + b"\n"


def _strings(message: Message) -> tuple[str, ...]:
    strings = message.string
    found = (strings,) if isinstance(strings, str) else tuple(strings or ())
    return found if all(found) else ()


def _ids(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def fields(text: str) -> set[str]:
    """The names of the fields that a sentence takes."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def faults(catalog: Catalog, language: str) -> Iterator[Fault]:
    """What has to be mended in a catalogue before people see it."""
    for message in catalog:
        if not message.id:
            continue
        files = tuple(file for file, _ in message.locations)
        ids, strings = _ids(message), _strings(message)
        if message.fuzzy:
            yield Fault(ids[0], "fuzzy, a person has to read it again", files)
        if not strings:
            if language != "en":
                yield Fault(ids[0], "not translated", files)
            continue
        for what in _badly_set(ids, strings, language):
            yield Fault(ids[0], what, files)


def _badly_set(ids: Sequence[str], strings: Sequence[str], language: str) -> Iterator[str]:
    wanted = fields(ids[-1])
    for place, text in enumerate(strings):
        try:
            given = fields(text)
        except ValueError:
            yield "a brace that is not closed"
            continue
        # The singular may leave the number out ("a file"); nothing may be invented.
        singular = len(strings) > 1 and place == 0
        if given - wanted or (given != wanted and not singular):
            yield f"other fields ({', '.join(sorted(given ^ wanted))})"
        if language == "fr":
            if _SPACING.search(text):
                yield "a plain space where French has a no-break one"
            if _STUCK.search(text):
                yield "no space before ; : ? !"
            if _STRAIGHT.search(text):
                yield "a straight apostrophe"


def catalogue_path(root: Path, language: str) -> Path:
    """Where a language's catalogue lies."""
    return root / "locales" / language / "LC_MESSAGES" / "enonce.po"


def renewed(root: Path, found: Found) -> Mapping[str, Catalog]:
    """Both catalogues as they should be."""
    pending = sorted((root / "locales" / "fr" / "pending").glob("*.po"))
    snippets = {"fr": [_snippet(path) for path in pending], "en": []}
    return {
        language: renew(
            found, read(catalogue_path(root, language), language), snippets[language], language
        )
        for language in ("fr", "en")
    }


def _snippet(path: Path) -> Catalog:
    try:
        return read(path, "fr")
    except PoFileError as fault:
        raise SystemExit(f"{path.name}: {fault}") from fault


def main(arguments: Sequence[str]) -> int:
    """Renew the catalogues, or with ``--check`` say what is wrong with them; the exit code."""
    checking = "--check" in arguments
    found = extract(ROOT)
    bad: list[str] = []
    for language, catalog in renewed(ROOT, found).items():
        path = catalogue_path(ROOT, language)
        data = written(catalog, language)
        if not checking:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        elif not path.exists() or path.read_bytes() != data:
            bad.append(f"{language}: the catalogue is not up to date: python -m locales.extract")
        bad.extend(f"{language}: {fault}" for fault in faults(catalog, language))
    for line in bad:
        print(line)
    print(f"{len(found)} sentences, {len(bad)} faults.")
    return 1 if checking and bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
