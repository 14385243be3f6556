"""The pair, paragraph by paragraph: translators propose, revisers certify.

One paragraph is in hand; for it alone memory, glossary and checks are asked. What is typed is saved
as it is typed and is nothing formal until it is proposed.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from starlette.responses import Response

from approvals import policy
from approvals.desk import pairing, road, texts, typed, unfinished, working
from approvals.desk.figures import whole
from approvals.desk.pages.dossier import said
from approvals.desk.pair_ports import Suggestion, TermUse
from approvals.desk.pairing import MARKS, Row, Standing
from approvals.desk.routes import REFUSALS, page, status
from approvals.desk.rules import DOSSIER
from approvals.desk.seen import Seen
from approvals.dossier import Dossier
from approvals.errors import N_, GuardError, StalePairError
from approvals.handlers import remarks
from approvals.handlers.board import amending
from approvals.names import Digest, ParagraphId, Role
from approvals.standing import State
from locales import markup
from locales.checks import Finding
from locales.markup import plain
from locales.units import Origin, TranslationUnit


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the paragraph in hand: its source and its translation as people type them."""

    index: int
    source: str
    text: str
    origin: Origin
    before: bool
    """Whether it is the certified translation of a source that has changed since."""
    tagged: bool
    suggestions: Sequence[Suggestion]


@dataclass(frozen=True, slots=True)
class Hand:
    """The paragraph in hand, with what there is to say of it."""

    row: Row
    sentences: Sequence[Sentence]
    terms: Sequence[TermUse]
    findings: Sequence[Finding]
    passed: int
    previous: int | None
    next: int | None

    @property
    def blocking(self) -> Sequence[Finding]:
        """Give what forbids to certify."""
        return [one for one in self.findings if one.blocking]


def pair(seen: Seen, refusal: str = "", code: int = 200) -> Response:
    """Show both texts."""
    it = seen.dossier
    rows = pairing.rows(seen, it)
    hand = _hand(seen, it, rows)
    proposed = [row.id for row in rows if row.standing is Standing.PROPOSED]
    blocked = seen.desk.works.blocked(it, proposed)
    why = {row.id: pairing.why_not_certify(seen, it, row, blocked) for row in rows}
    return seen.render(
        "pair.html",
        code,
        nav="dossiers",
        road=road.of(it, said(seen, it)),
        working=working.of(seen, it),
        it=it,
        opened=it.opened,
        rows=rows,
        marks=MARKS,
        hand=hand,
        counts={one: sum(row.standing is one for row in rows) for one in Standing},
        changes=sum(pairing.changed(row) for row in rows),
        why=why,
        fixed=seen.desk.works.fixed_checks(),
        certifiable=[row for row in rows if not why[row.id]],
        rest=_rest(seen, rows, why, blocked),
        may_translate=pairing.may_translate(seen, it),
        may_certify=Role.REVISER in seen.roles and it.state in pairing.CAN_CERTIFY,
        reviser=Role.REVISER in seen.roles,
        conform=_conform(seen, it),
        waits=it.state is State.DRAFT,
        refusal=refusal,
        key=secrets.token_hex(8),
        shown=typed.shown,
        saved=None,
    )


def _hand(seen: Seen, it: Dossier, rows: Sequence[Row]) -> Hand | None:
    asked = seen.said("p") or seen.query("p")
    chosen = next((row for row in rows if str(row.number) == asked), None)
    if chosen is None and not asked:
        chosen = _first(seen, it, rows)
    if chosen is None or not chosen.units:
        return None
    units = seen.desk.works.units(chosen.units)
    texts = _texts(seen, it, chosen, units)
    return _look(seen, it, rows, chosen, units, texts)


def _look(
    seen: Seen,
    it: Dossier,
    rows: Sequence[Row],
    row: Row,
    units: Sequence[TranslationUnit],
    texts: Sequence[str],
) -> Hand:
    works = seen.desk.works
    now = [
        unit.with_target(target or None, unit.state, unit.origin)
        if (target := pairing.lenient(text)) != (unit.target or "")
        else unit
        for unit, text in zip(units, texts, strict=True)
    ]
    findings = works.findings(it, row.id, now)
    offered = works.suggestions(it, units)
    places = [one.number for one in rows]
    at = places.index(row.number)
    return Hand(
        row,
        [
            Sentence(
                unit.index,
                typed.shown(unit.source),
                text,
                unit.origin if pairing.lenient(text) == unit.target else Origin(),
                bool(row.before) and not unit.target and text == row.before[unit.index],
                "<" in unit.source,
                [one for one in some if plain(one.target) != plain(pairing.lenient(text))],
            )
            for unit, text, some in zip(units, texts, offered, strict=True)
        ],
        works.terms(
            it,
            " ".join(plain(unit.source) for unit in now),
            " ".join(plain(unit.target or "") for unit in now),
        ),
        findings,
        works.checks() - len({one.check for one in findings}),
        places[at - 1] if at else None,
        places[at + 1] if at + 1 < len(places) else None,
    )


def _first(seen: Seen, it: Dossier, rows: Sequence[Row]) -> Row | None:
    """Choose the paragraph with which a person goes on, where they named none."""
    waiting: tuple[Standing, ...] = ()
    if pairing.may_translate(seen, it):
        waiting = (Standing.STALE, Standing.OPEN)
    elif Role.REVISER in seen.roles:
        waiting = (Standing.PROPOSED,)
    return next((row for row in rows if row.standing in waiting), None)


def _texts(seen: Seen, it: Dossier, row: Row, units: Sequence[TranslationUnit]) -> Sequence[str]:
    """Give what stands in the fields: just sent, typed before, or as the translation is."""
    if seen.form and "t0" in seen.form:
        return [seen.said(f"t{unit.index}") for unit in units]
    mine = unfinished.typed(seen.desk.house.store, it.id).get((seen.me, row.id))
    if mine is not None and len(mine.texts) == len(units):
        return mine.texts
    return [
        typed.shown(unit.target or markup.escape(before))
        for unit, before in zip(units, row.before or [""] * len(units), strict=True)
    ]


def _rest(
    seen: Seen, rows: Sequence[Row], why: Mapping[ParagraphId, str], blocked: Mapping[str, int]
) -> list[str]:
    """Say what is still between the paragraphs and a certified pair."""
    found: list[str] = []

    def tell(message: str, some: Sequence[Row]) -> None:
        if some:
            places = f"§\N{NO-BREAK SPACE}{texts.spans(row.number for row in some)}"
            found.append(seen.tr(message, paragraphs=places))

    tell(
        N_("No translation is proposed yet of {paragraphs}."),
        [row for row in rows if row.standing in (Standing.OPEN, Standing.STALE, Standing.COMING)],
    )
    tell(N_("A blocking check fails in {paragraphs}."), [row for row in rows if row.id in blocked])
    if Role.REVISER in seen.roles:
        own = [
            row for row in rows if row.standing is Standing.PROPOSED and row.proposed_by == seen.me
        ]
        tell(N_("You translated {paragraphs} yourself; another person certifies that."), own)
    elif any(row.standing is Standing.PROPOSED for row in rows):
        found.append(seen.tr(N_("A reviser certifies what is proposed: another person than you.")))
    return found


def _conform(seen: Seen, it: Dossier) -> dict[str, Any] | None:
    """Say how far the conformity of an amended text is certified, and whether this person may."""
    if it.state is not State.CONFORMITY or not it.aligned or policy.conformed(it):
        return None
    why = ""
    if not seen.roles & {Role.REVISER, Role.SECRETARY}:
        why = N_("The reviser and the secretary certify it, one each.")
    elif seen.me in it.conformity.values():
        why = N_("You have certified it. It takes another person as well.")
    elif any(one.proposed_by == seen.me for one in it.pairs.values()):
        why = N_("You translated this text yourself. Another person certifies its conformity.")
    return {"why": why, "by": it.conformity}


def live(seen: Seen) -> Response:
    """Save what is typed, and say what the checks make of it now."""
    it = seen.dossier
    row, units, texts = _typed(seen, it)
    _save(seen, it, row, units, texts)
    hand = _look(seen, it, [row], row, units, texts)
    return seen.render(
        "pair_live.html",
        it=it,
        opened=it.opened,
        hand=hand,
        fixed=seen.desk.works.fixed_checks(),
        may_translate=True,
        waivable=False,
        saved=seen.now,
        shown=typed.shown,
    )


def _typed(seen: Seen, it: Dossier) -> tuple[Row, Sequence[TranslationUnit], list[str]]:
    row = next((one for one in pairing.rows(seen, it) if str(one.number) == seen.said("p")), None)
    if row is None or not pairing.may_translate(seen, it):
        raise GuardError("pair:paragraph", N_("This paragraph is not there for you to translate."))
    units = seen.desk.works.units(row.units)
    return row, units, [seen.said(f"t{unit.index}") for unit in units]


def _save(
    seen: Seen, it: Dossier, row: Row, units: Sequence[TranslationUnit], texts: Sequence[str]
) -> None:
    """Keep what is typed; what stands there already is kept by nobody as unfinished.

    A browser may send what it has once more while it leaves the page on which it was proposed.
    """
    store = seen.desk.house.store
    if [typed.shown(one.target or markup.escape("")) for one in units] == list(texts):
        unfinished.forget(store, seen.me, it.id, row.id)
    else:
        unfinished.save(store, seen.me, it.id, row.id, row.units, texts, seen.now)


def act(seen: Seen) -> Response:
    """Do what the pressed button says; a refusal is said on the same page, what was typed kept."""
    what, _, place = seen.said("act").partition(" ")
    sentence, _, which = place.partition(" ")
    try:
        if what in _PLACED:
            return _PLACED[what](seen, sentence, which)
        if what in _PLAIN:
            return _PLAIN[what](seen)
        raise GuardError("pair:act", N_("Press one of the buttons of the page."))
    except REFUSALS as fault:
        return pair(seen, seen.tr(fault.message, **fault.data), status(fault))


def _here(seen: Seen, row: Row | int | None, done: str) -> Response:
    number = row.number if isinstance(row, Row) else row
    answer = seen.go(
        f"/dossiers/{seen.dossier.id}/pair", done=done, **({"p": str(number)} if number else {})
    )
    if number:
        answer.headers["location"] += f"#p{number}"
    return answer


def save(seen: Seen) -> Response:
    """Save what is typed, by a button."""
    row, units, texts = _typed(seen, seen.dossier)
    _save(seen, seen.dossier, row, units, texts)
    return _here(seen, row, "saved")


def discard(seen: Seen) -> Response:
    """Take back what was typed."""
    row, _, _ = _typed(seen, seen.dossier)
    unfinished.forget(seen.desk.house.store, seen.me, seen.dossier.id, row.id)
    return _here(seen, row, "discarded")


def insert(seen: Seen, sentence: str, number: str) -> Response:
    """Put a suggestion in the place of a sentence."""
    it = seen.dossier
    row, units, texts = _typed(seen, it)
    shown = _look(seen, it, [row], row, units, texts).sentences
    found = [one for some in shown if str(some.index) == sentence for one in some.suggestions]
    wanted = whole(number)
    if wanted is None or wanted >= len(found):
        raise GuardError("pair:insert", N_("This suggestion is not there any more."))
    texts[int(sentence)] = typed.shown(found[wanted].target)
    _save(seen, it, row, units, texts)
    return _here(seen, row, "")


def fix(seen: Seen, sentence: str, check: str) -> Response:
    """Let a check mend a sentence."""
    it = seen.dossier
    row, units, texts = _typed(seen, it)
    found = _look(seen, it, [row], row, units, texts).findings
    mended = next(
        (one.fix for one in found if (str(one.index), one.check) == (sentence, check)), None
    )
    if mended is None:
        raise GuardError("pair:fix", N_("There is nothing to mend there any more."))
    texts[int(sentence)] = typed.shown(mended)
    _save(seen, it, row, units, texts)
    return _here(seen, row, "")


def propose(seen: Seen) -> Response:
    """Propose the paragraph in hand; what is not whole yet is saved and said."""
    it = seen.dossier
    if seen.said("key") and _brought(seen):
        return _here(seen, None, "proposed")
    row, units, texts = _typed(seen, it)
    _save(seen, it, row, units, texts)
    if seen.said("units") != row.units:
        raise StalePairError(
            "pair:units",
            N_(
                "Somebody else changed § {paragraph} while you were writing. Your words are kept "
                "and stand below; read the paragraph again, then propose."
            ),
            paragraph=str(row.number),
        )
    empty = [unit.index + 1 for unit, text in zip(units, texts, strict=True) if not text]
    if empty:
        raise GuardError(
            "pair:empty",
            N_("Sentence {sentence} has no translation yet. What you typed is saved."),
            sentence=empty[0],
        )
    targets = [typed.read(text) for text in texts]
    seen.desk.works.propose(it, row.id, targets, by=seen.me, key=seen.key)
    unfinished.forget(seen.desk.house.store, seen.me, it.id, row.id)
    fresh = seen.books.dossier(it.id) or it
    rows = pairing.rows(seen, fresh)
    left = [one for one in rows if one.standing in (Standing.OPEN, Standing.STALE)]
    behind = next((one for one in left if one.number > row.number), left[0] if left else row)
    return _here(seen, behind, "proposed")


def _brought(seen: Seen) -> bool:
    """Say whether this very form was sent before and its act is in the ledger."""
    with seen.desk.house.store.read() as reader:
        return reader.find(seen.key) is not None


def certify(seen: Seen) -> Response:
    """Certify the paragraphs of the form, as they were read."""
    it = seen.dossier
    wanted: dict[ParagraphId, Digest] = {}
    for one in seen.chosen("read"):
        id, _, digest = one.partition(":")
        wanted[ParagraphId(id)] = Digest(digest)
    seen.desk.works.certify_read(
        it,
        wanted,
        by=seen.me,
        key=seen.key,
        ignore=seen.chosen("ignore"),
        reason=seen.said("reason") or None,
    )
    for remark in it.remarks.values():
        if (
            remark.closed_by is None
            and remark.made.by == seen.me
            and remark.made.paragraph in wanted
        ):
            remarks.close_remark(
                remarks.CloseRemark(
                    dossier=it.id,
                    by=seen.me,
                    key=f"{seen.key}:{remark.made.remark}",
                    remark=remark.made.remark,
                ),
                seen.desk.house.office,
            )
    rows = pairing.rows(seen, seen.books.dossier(it.id) or it)
    following = next((row for row in rows if row.standing is Standing.PROPOSED), None)
    return _here(seen, following, "certified")


def send_back(seen: Seen) -> Response:
    """Say to the translators what is not right; it is a remark on the paragraph."""
    it = seen.dossier
    row = next((one for one in pairing.rows(seen, it) if str(one.number) == seen.said("p")), None)
    digests = {one.id: one.digest for one in it.draft.paragraphs} if it.draft else {}
    if row is None or it.opened is None:
        raise GuardError("pair:paragraph", N_("There is no such paragraph."))
    remarks.make_remark(
        remarks.MakeRemark(
            dossier=it.id,
            by=seen.me,
            key=seen.key,
            language=it.opened.source,
            paragraph=row.id,
            text=digests.get(row.id, Digest("")),
            words=seen.said("remark"),
        ),
        seen.desk.house.office,
    )
    return _here(seen, row, "returned")


def conform(seen: Seen) -> Response:
    """Certify that the translation says what the board adopted."""
    command = amending.Conform(
        dossier=seen.dossier.id, by=seen.me, key=seen.key, pair=Digest(seen.said("pair"))
    )
    amending.certify_conformity(command, seen.desk.house.office)
    return _here(seen, None, "conformed")


_PLAIN: Final[Mapping[str, Callable[[Seen], Response]]] = {
    "propose": propose,
    "save": save,
    "discard": discard,
    "certify": certify,
    "return": send_back,
    "conform": conform,
}
_PLACED: Final[Mapping[str, Callable[[Seen, str, str], Response]]] = {"insert": insert, "fix": fix}

ROUTES: Final = [
    page("/dossiers/{dossier}/pair", pair, DOSSIER),
    page("/dossiers/{dossier}/pair", act, DOSSIER, ["POST"]),
    page("/dossiers/{dossier}/pair/typed", live, DOSSIER, ["POST"]),
]
