"""Remarks on words of the text: made and answered on the page, or brought in a Word file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from starlette.responses import Response

from approvals import events as ev
from approvals import policy
from approvals.desk import texts, tracked
from approvals.desk.pages.files import attached
from approvals.desk.routes import page
from approvals.desk.rules import DOSSIER
from approvals.desk.seen import Seen
from approvals.dossier import Dossier
from approvals.errors import N_, GuardError
from approvals.handlers import remarks as handlers
from approvals.names import Digest, Language, ParagraphId, PersonId, Role
from approvals.standing import Remark
from documents import comments, reader, wml
from documents.comments import Comment
from documents.findings import IntakeRefusedError
from documents.returned import Kind, Proposal

MOST: Final = 200
"""Proposals that are taken of one returned file."""

LANGUAGES: Final = (Language("fr"), Language("en"))


@dataclass(frozen=True, slots=True)
class Said:
    """One turn of a conversation."""

    by: PersonId
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A remark as people read it: on which words of which paragraph, what was said, by whom."""

    id: ev.RemarkId
    number: int
    language: Language
    words: str
    said: tuple[Said, ...]
    closed: bool
    mine: bool
    stale: bool


def shown(seen: Seen, it: Dossier) -> list[Shown]:
    """Give every remark, open ones first."""
    numbers = texts.numbers(it)
    found = [
        _shown(seen, it, one, numbers.get(one.made.paragraph, 0)) for one in it.remarks.values()
    ]
    return sorted(found, key=lambda one: (one.closed, one.number))


def _shown(seen: Seen, it: Dossier, one: Remark, number: int) -> Shown:
    made = one.made
    versions = it.editions(made.language)
    version = next(
        (
            version.version
            for version in reversed(versions)
            for paragraph in version.paragraphs
            if (paragraph.id, paragraph.digest) == (made.paragraph, made.text)
        ),
        None,
    )
    text = texts.of(seen, version).get(made.paragraph, "")
    said = [Said(made.by, one.at, seen.desk.house.note(made.note))]
    said += [Said(a.by, at, seen.desk.house.note(a.note)) for at, a in one.answers]
    secretary = Role.SECRETARY in seen.roles
    return Shown(
        made.remark,
        number,
        made.language,
        text[made.start : made.end],
        tuple(said),
        one.closed_by is not None,
        made.by == seen.me or secretary,
        version is None or version != versions[-1].version,
    )


def may(seen: Seen, it: Dossier) -> bool:
    """Say whether the person may make a remark now."""
    return it.state in policy.ALLOWED["remark"] and bool(seen.roles.intersection(handlers.WORKERS))


def make(seen: Seen) -> Response:
    """Take a remark on words that the person copied from either language."""
    it = seen.dossier
    wanted = ParagraphId(seen.said("paragraph"))
    language, paragraph, start, end = _find(seen, it, wanted, seen.said("words"))
    _make(seen, it, language, paragraph, (start, end), seen.said("remark"), seen.key)
    return seen.go(_back(seen), done="remarked")


def _find(
    seen: Seen, it: Dossier, wanted: ParagraphId, words: str
) -> tuple[Language, ParagraphId, int, int]:
    """Find the words in either language, in the paragraph that was named before any other."""
    for language in LANGUAGES:
        known = texts.of(seen, _version(it, language))
        order = [wanted, *(id for id in known if id != wanted)] if wanted in known else list(known)
        if not words:
            if wanted in known and it.opened and language == it.opened.source:
                return language, wanted, 0, 0
            continue
        for id in order:
            at = known[id].find(words)
            if at >= 0:
                return language, id, at, at + len(words)
    raise GuardError(
        "remark:where",
        N_(
            "These words are in neither language of the text. Copy them from it, or choose the "
            "paragraph and leave the words out."
        ),
    )


def _make(
    seen: Seen,
    it: Dossier,
    language: Language,
    paragraph: ParagraphId,
    span: tuple[int, int],
    words: str,
    key: str,
) -> None:
    edition = it.standing(language)
    digests = {one.id: one.digest for one in edition.paragraphs} if edition else {}
    handlers.make_remark(
        handlers.MakeRemark(
            dossier=it.id,
            by=seen.me,
            key=key,
            language=language,
            paragraph=paragraph,
            text=digests.get(paragraph, Digest("")),
            words=words,
            start=span[0],
            end=span[1],
        ),
        seen.desk.house.office,
    )


def answer(seen: Seen) -> Response:
    """Take an answer."""
    command = handlers.AnswerRemark(
        dossier=seen.dossier.id,
        by=seen.me,
        key=seen.key,
        remark=ev.RemarkId(seen.path("remark")),
        words=seen.said("answer"),
    )
    handlers.answer_remark(command, seen.desk.house.office)
    return seen.go(_back(seen), done="answered")


def close(seen: Seen) -> Response:
    """Close a remark."""
    command = handlers.CloseRemark(
        dossier=seen.dossier.id,
        by=seen.me,
        key=seen.key,
        remark=ev.RemarkId(seen.path("remark")),
    )
    handlers.close_remark(command, seen.desk.house.office)
    return seen.go(_back(seen), done="closed")


def _back(seen: Seen) -> str:
    return f"/dossiers/{seen.dossier.id}/step"


def _version(it: Dossier, language: Language) -> Digest | None:
    edition = it.standing(language)
    return edition.version if edition else None


def copy(seen: Seen) -> Response:
    """Hand out one language as a Word file, with what changed, and open remarks as comments."""
    it, language = seen.dossier, seen.path("language")
    edition = it.standing(language)
    if edition is None:
        raise GuardError("copy", N_("There is no text in this language yet."))
    changed = tracked.of(seen, it, edition)
    data = changed.write() if changed else seen.desk.house.vault.get(edition.version)
    known = {ParagraphId(block.id): block.text for block in reader.read(data).blocks}
    found = [one for one in shown(seen, it) if one.language == language and not one.closed]
    written = comments.write(data, list(_comments(seen, it, found, known)))
    return attached(written, f"{it.id}.review.{language}.docx")


def _comments(
    seen: Seen, it: Dossier, found: list[Shown], known: Mapping[ParagraphId, str]
) -> Iterator[Comment]:
    for one in found:
        paragraph = it.remarks[one.id].made.paragraph
        if paragraph not in known:
            continue
        at = known[paragraph].find(one.words) if one.words else -1
        for place, turn in enumerate(one.said):
            yield Comment(
                id=f"{one.id}:{place}",
                paragraph=wml.ParagraphId(paragraph),
                text=turn.text,
                author=seen.name(turn.by),
                date=turn.at,
                span=(at, at + len(one.words)) if at >= 0 else None,
                parent=f"{one.id}:0" if place else None,
            )


def take(seen: Seen) -> Response:
    """Take the comments and changes of an annotated Word file as remarks, all or none."""
    it, upload = seen.dossier, seen.upload("file")
    language = Language(seen.said("language"))
    edition = it.standing(language)
    if upload is None or edition is None:
        raise GuardError("take:file", N_("Choose the Word file that you annotated."))
    data, name = upload.file.read(), upload.filename or ""
    report = seen.desk.works.judge(data, name)
    if not report.accepted:
        raise IntakeRefusedError(name, report)
    base = seen.desk.house.vault.get(edition.version)
    heard = {turn.text for one in shown(seen, it) for turn in one.said}
    numbers = texts.numbers(it)
    chosen = [
        one
        for one in tracked.proposed(tracked.of(seen, it, edition), base, data)
        if ParagraphId(one.paragraph or "") in numbers
        and not (one.kind is Kind.COMMENT and one.after in heard)
    ]
    if not chosen:
        raise GuardError("take:nothing", N_("The file proposes nothing that is not known already."))
    if len(chosen) > MOST:
        raise GuardError(
            "take:many",
            N_(
                "The file proposes {count} things, and at most {most} are taken of one file. Is it "
                "the copy of this text?"
            ),
            count=len(chosen),
            most=MOST,
        )
    known = texts.of(seen, edition.version)
    for place, one in enumerate(chosen):
        paragraph = ParagraphId(one.paragraph or "")
        at = known.get(paragraph, "").find(one.before) if one.before else -1
        span = (at, at + len(one.before)) if at >= 0 else (0, 0)
        _make(seen, it, language, paragraph, span, _words(seen, one), f"{seen.key}:{place}")
    return seen.go(_back(seen), done="taken")


def _words(seen: Seen, one: Proposal) -> str:
    if one.kind is Kind.COMMENT:
        return one.after
    if not one.after:
        return seen.tr("Take out “{before}”.", before=one.before)
    if not one.before:
        return seen.tr("Put in “{after}”.", after=one.after)
    if one.before == one.after:
        return seen.tr("Another formatting of “{before}”.", before=one.before)
    return seen.tr("“{after}” instead of “{before}”.", after=one.after, before=one.before)


ROUTES: Final = [page("/dossiers/{dossier}/review-copy/{language}", copy, DOSSIER)]
"""What changes remarks is among the routes of ``step``, which says why it was refused."""
