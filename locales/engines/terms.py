"""The glossary as an engine can use it: in the request where the engine has a way, else after it.

``Terms`` are the preferred renderings for one direction. An engine with ``enforces_terms`` puts
them in its request. For the others ``locales.pipeline`` looks at what came back
(``locales.checks.terms``) and offers the sentence with the glossary's word in the engine's place
(``locales.mending``).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from locales import markup
from locales.glossary import Glossary, Status
from locales.markup import TaggedText


@dataclass(frozen=True, slots=True)
class Terms:
    """Renderings by term, from one language into the other."""

    entries: tuple[tuple[str, str], ...] = ()

    @property
    def digest(self) -> str:
        """A name for this content: 16 hex digits of its SHA-256; "" where there is none."""
        if not self.entries:
            return ""
        lines = "\n".join(f"{term}\t{rendering}" for term, rendering in self.entries)
        return hashlib.sha256(lines.encode()).hexdigest()[:16]

    def tsv(self) -> str:
        """One term a line, its rendering behind a tab."""
        return "\n".join(f"{term}\t{rendering}" for term, rendering in self.entries)

    def within(self, text: str) -> tuple[tuple[str, str], ...]:
        """Those that stand in a text exactly as they are written, longest first."""
        found = [one for one in self.entries if _whole(one[0]).search(text)]
        return tuple(sorted(found, key=lambda one: -len(one[0])))


NO_TERMS = Terms()


def of(glossary: Glossary | None, source: str, target: str) -> Terms:
    """What a glossary says to write for the terms of a language; the preferred word first.

    Other forms of a term lead to those of its rendering, one by one, where there are as many of
    them; where not, an engine bends the word itself. Names that stay are their own rendering.
    """
    found: dict[str, str] = {}
    terms = () if glossary is None else glossary.terms
    for status in (Status.PREFERRED, Status.DO_NOT_TRANSLATE, Status.ADMITTED):
        for term in terms:
            rendering = term.in_(target)
            if status is Status.DO_NOT_TRANSLATE:
                rendering = rendering or term.in_(source)
            if term.status is not status or not rendering:
                continue
            found.setdefault(_even(term.in_(source)), _even(rendering))
            ours, theirs = term.forms(source)[1:], term.forms(target)[1:]
            if term.in_(source) and len(ours) == len(theirs):
                for form, other in zip(ours, theirs, strict=True):
                    found.setdefault(_even(form), _even(other))
    return Terms(tuple(sorted((term, word) for term, word in found.items() if term and word)))


def mended(target: TaggedText, wrong: str, right: str) -> TaggedText | None:
    """The sentence with the glossary's word where the engine's own stands once, else None."""
    split = markup.split(target)
    places = list(_whole(wrong, re.IGNORECASE).finditer(split.text)) if wrong.strip() else []
    if len(places) != 1:
        return None
    start, end = places[0].span()
    if any(start < at < end for at, _ in split.tags):
        return None
    word = right[:1].upper() + right[1:] if split.text[start].isupper() else right
    return split.edit([(start, end, word)]).join()


def marked(text: str, terms: Terms, opening: str, closing: str) -> str:
    """A text with tags, each term in it between two marks; ``{word}`` is its rendering.

    Only what stands between two tags is looked at, so that no tag is ever inside a mark.
    """
    parts = re.split(r"(<[^>]*>)", text)
    for place, part in enumerate(parts):
        if part.startswith("<"):
            continue
        known: Mapping[str, str] = dict(terms.within(part))
        if not known:
            continue
        pattern = "|".join(re.escape(term) for term in known)
        parts[place] = re.sub(
            rf"(?<!\w)(?:{pattern})(?!\w)",
            lambda match, known=known: opening.format(word=known[match[0]]) + match[0] + closing,
            part,
        )
    return "".join(parts)


def _whole(term: str, flags: int = 0) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(term)}(?!\w)", flags)


def _even(text: str) -> str:
    return " ".join(text.split())
