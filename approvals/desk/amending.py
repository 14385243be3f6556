"""What a board may amend in session, and the amendment as the page of the session sends it."""

from __future__ import annotations

from collections.abc import Mapping

from approvals.desk import typed
from approvals.desk.seen import Seen
from approvals.dossier import Dossier
from approvals.errors import N_, GuardError
from approvals.names import ENGLISH, FRENCH, Language, ParagraphId


def paragraphs(seen: Seen, it: Dossier) -> dict[Language, Mapping[ParagraphId, str]]:
    """Give the paragraphs by language, the authoritative one first; none that is stale."""
    found = {one: seen.desk.sessions.marked(it, one) for one in (FRENCH, ENGLISH)}
    first = it.opened.authoritative if it.opened else None
    order = sorted(found, key=lambda one: one != first)
    return {language: found[language] for language in order if found[language]}


def first_words(amended: Mapping[Language, Mapping[ParagraphId, str]]) -> dict[ParagraphId, str]:
    """Give the words that name a paragraph, in the language that is offered first."""
    offered = next(iter(amended.values()), {})
    return {id: typed.words(one) for id, one in offered.items()}


def amend(seen: Seen) -> None:
    """Take one paragraph in other words, or the whole text as a file."""
    it, upload = seen.dossier, seen.upload("file")
    words, language = seen.said("words"), _language(seen)
    if upload is not None:
        data, name = upload.file.read(), upload.filename or "amended.docx"
    elif words:
        data = seen.desk.sessions.reworded(it, ParagraphId(seen.said("paragraph")), words, language)
        name = f"{it.id}.docx"
    else:
        raise GuardError(
            "amend:what", N_("Write the new words of a paragraph, or choose a Word file.")
        )
    seen.desk.sessions.amend(
        it, data, name, by=seen.me, language=language, seat=seen.said("seat") or None, key=seen.key
    )


def _language(seen: Seen) -> Language | None:
    said = seen.said("language")
    return next((one for one in (FRENCH, ENGLISH) if one == said), None)
