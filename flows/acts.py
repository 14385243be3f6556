"""What a person's act needs around its handler: bytes in and out of the vault, units, checks.

The command line, the demonstration and the desk call these; the guards are the handlers' alone.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from approvals import events as ev
from approvals import policy
from approvals.circuits import Circuit
from approvals.dossier import Dossier
from approvals.errors import N_, ApprovalError, GuardError
from approvals.handlers import drafts, review
from approvals.ledger import Entry
from approvals.names import Bilingual, Digest, Language, ParagraphId, PersonId
from approvals.register import HOUSE
from documents import digest, identity, intake
from documents.findings import IntakeRefusedError as IntakeRefusedError
from documents.segments import extract
from flows import uploads, weighing
from flows.house import House
from flows.keeping import keep_units as keep_units
from flows.keeping import units as units
from locales.units import Origin, OriginKind, State, TranslationUnit

OTHER = {Language("fr"): Language("en"), Language("en"): Language("fr")}


@dataclass(frozen=True, slots=True)
class Submission:
    """A draft that was taken in: its ledger entry, its dossier, and what intake warned of."""

    dossier: str
    entry: Entry
    report: intake.Report


def new_key() -> str:
    """Make an idempotency key for an act that is brought for the first time."""
    return secrets.token_hex(16)


def submit(
    house: House,
    data: bytes,
    name: str,
    *,
    by: PersonId,
    dossier: str | None = None,
    title: Bilingual | None = None,
    source: str = "en",
    confidentiality: ev.Confidentiality = ev.Confidentiality.INTERNAL,
    answers: Iterable[tuple[int, str]] = (),
    key: str | None = None,
    succeeds: str | None = None,
    expected: int | None = None,
) -> Submission:
    """Take a draft in, opening its dossier where there is none yet.

    ``expected`` is the version of the dossier that the person saw, where it was there. Raises
    ``IntakeRefusedError`` before anything is stored, and what the handlers raise.
    """
    known = _find(house, dossier)
    taken = take_in(house, data, name, known.draft.version if known and known.draft else None)
    key = key or new_key()
    if known is None or known.opened is None:
        dossier = dossier or new_id(house, title or Bilingual(name, name))
        drafts.open_dossier(
            drafts.OpenDossier(
                dossier=dossier,
                by=by,
                key=f"{key}:open",
                title=title or Bilingual(name, name),
                source=Language(source),
                target=OTHER[Language(source)],
                authoritative=Language("fr"),
                confidentiality=confidentiality,
                succeeds=succeeds,
            ),
            house.office,
        )
    entry = drafts.submit_draft(
        drafts.SubmitDraft(
            dossier=str(dossier),
            by=by,
            key=key,
            upload=Digest(house.vault.put(data)),
            version=Digest(house.vault.put(taken.stamped)),
            text=taken.text,
            paragraphs=taken.paragraphs,
            untranslatable=taken.untranslatable,
            answers=tuple(answers),
            expected=expected,
        ),
        house.office,
    )
    return Submission(str(dossier), entry, taken.report)


@dataclass(frozen=True, slots=True)
class Taken:
    """An upload that passed intake: its bytes with an identity on every paragraph, and digests."""

    stamped: bytes
    text: Digest
    paragraphs: tuple[ev.ParagraphText, ...]
    untranslatable: tuple[ParagraphId, ...]
    report: intake.Report


def take_in(house: House, data: bytes, name: str, before: Digest | None) -> Taken:
    """Judge an upload and give every paragraph its identity, the version before it in mind.

    Nothing is stored. Raises ``IntakeRefusedError``.
    """
    report = uploads.judge(data, name, house.settings)
    if not report.accepted:
        raise IntakeRefusedError(name, report)
    stamped = identity.stamp(data, house.vault.get(before) if before else None)
    texts = digest.text_digest(stamped)
    without = {one.id for one in extract(stamped) if not one.translatable}
    return Taken(
        stamped,
        Digest(texts.document),
        tuple(
            ev.ParagraphText(ParagraphId(one.id), Digest(one.digest)) for one in texts.paragraphs
        ),
        tuple(ParagraphId(one.id) for one in texts.paragraphs if one.id in without),
        report,
    )


def _find(house: House, dossier: str | None) -> Dossier | None:
    if dossier is None:
        return None
    with house.store.read() as reader:
        entries = reader.history(dossier)
    return Dossier.replay(dossier, entries) if entries else None


def new_id(house: House, title: Bilingual) -> str:
    """Make a short name for a dossier from its English title, one that no dossier has."""
    import unicodedata

    plain = unicodedata.normalize("NFKD", title.en).encode("ascii", "ignore").decode().lower()
    words = "".join(letter if letter.isalnum() else " " for letter in plain).split()
    stem = "-".join(words[:4]) or "dossier"
    with house.store.read() as reader:
        taken = {*reader.streams(), HOUSE}
    names = (stem if count == 1 else f"{stem}-{count}" for count in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


Translate = Callable[[TranslationUnit], str | None]
Drafted = Callable[[TranslationUnit, str], str]
"""Gives the machine that wrote a target which a person chose; empty where none did."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a translator's act changed: the paragraphs proposed, and the units left open."""

    entry: Entry | None
    proposed: tuple[ParagraphId, ...]
    open: tuple[TranslationUnit, ...]


def propose(
    house: House,
    dossier_id: str,
    *,
    by: PersonId,
    translate: Translate,
    only: Iterable[ParagraphId] | None = None,
    key: str | None = None,
    drafted: Drafted = lambda unit, target: "",
) -> Proposal:
    """Propose every paragraph for whose units ``translate`` gives a text.

    ``translate`` gives a unit's target, or None to leave the paragraph to somebody else. Paragraphs
    that are certified already are left alone unless ``only`` names them.
    """
    dossier = house.dossier(dossier_id)
    handle = house.person(by).handle
    wanted = None if only is None else set(only)
    changed: list[ev.PairText] = []
    left: list[TranslationUnit] = []
    for id, pair in policy.translatable(dossier).items():
        if (wanted is not None and id not in wanted) or pair.units is None:
            continue
        if wanted is None and pair.proposed_by is not None:
            continue
        answered = [
            _answer(unit, translate, handle, drafted) for unit in units(house.vault, pair.units)
        ]
        if any(unit.target is None for unit in answered):
            left.extend(unit for unit in answered if unit.target is None)
            continue
        changed.append(ev.PairText(id, pair.source, keep_units(house.vault, answered)))
    if not changed and left:
        return Proposal(None, (), tuple(left))
    entry = drafts.propose_translation(
        drafts.Propose(dossier=dossier_id, by=by, key=key or new_key(), paragraphs=tuple(changed)),
        house.office,
    )
    return Proposal(entry, tuple(pair.id for pair in changed), tuple(left))


def _answer(
    unit: TranslationUnit, translate: Translate, by: str, drafted: Drafted
) -> TranslationUnit:
    target = translate(unit)
    if target is None:
        return unit.with_target(None, State.INITIAL, unit.origin)
    origin = unit.origin
    if target != unit.target:
        machine = origin.engine or drafted(unit, target)
        origin = Origin(OriginKind.PERSON, detail=by, drafted=machine)
    return unit.with_target(target, State.TRANSLATED, origin)


def certify(
    house: House,
    dossier_id: str,
    *,
    by: PersonId,
    only: Iterable[ParagraphId] | None = None,
    ignore: Iterable[str] = (),
    reason: str | None = None,
    key: str | None = None,
    read: Mapping[ParagraphId, Digest] | None = None,
) -> Entry:
    """Certify every proposed paragraph, or those that ``only`` names, after the blocking checks.

    ``ignore`` names checks whose findings there are let pass for ``reason``, which is kept.
    ``read`` has the sentences that the person read, by their digest, where that is known.
    """
    dossier = house.dossier(dossier_id)
    wanted = None if only is None else set(only)
    chosen = {
        id: pair._replace(waived=())
        for id, pair in policy.translatable(dossier).items()
        if (id in wanted if wanted is not None else pair.proposed_by and not pair.certified_by)
    }
    found = weighing.findings(house, dossier, chosen)
    passed = weighing.let_pass(found, ignore)
    return drafts.certify_pairs(
        drafts.Certify(
            dossier=dossier_id,
            by=by,
            key=key or new_key(),
            paragraphs=tuple(
                ev.PairText(id, pair.source, (read or {}).get(id) or pair.units or Digest(""))
                for id, pair in chosen.items()
            ),
            blocking=weighing.blocking(
                one
                for one in found
                if (ParagraphId(one.paragraph), one.index + 1, one.check) not in passed
            ),
            waived=passed,
            reason=reason,
        ),
        house.office,
    )


def open_review(
    house: House, dossier_id: str, *, by: PersonId, circuit: Circuit, key: str | None = None
) -> Entry:
    """Open the review under a circuit, whose checks the certified translation has to pass."""
    dossier = house.dossier(dossier_id)
    pairs = policy.translatable(dossier)
    found = weighing.findings(house, dossier, pairs, rules=weighing.require(circuit).checks)
    return review.open_review(
        review.OpenReview(
            dossier=dossier_id,
            by=by,
            key=key or new_key(),
            circuit=circuit,
            blocking=weighing.blocking(found),
        ),
        house.office,
    )


def paragraph_numbers(dossier: Dossier) -> Mapping[ParagraphId, int]:
    """Number the paragraphs of the newest draft from 1, as people speak of them (§ 4)."""
    draft = dossier.draft
    return {one.id: number for number, one in enumerate(draft.paragraphs if draft else (), 1)}


def paragraph(dossier: Dossier, name: str) -> ParagraphId:
    """Find a paragraph by its number or its identity; raise ``GuardError`` where there is none."""
    for id, number in paragraph_numbers(dossier).items():
        if name in (str(number), id):
            return id
    raise GuardError(
        "paragraph:unknown",
        N_("There is no paragraph {paragraph} in this text. Name one that the text has."),
        paragraph=name,
    )


def require_pair(dossier: Dossier) -> Digest:
    """Give the digest of the current pair; raise where there is none yet."""
    if dossier.pair is None:
        raise ApprovalError(N_("Both languages have to be certified first."))
    return dossier.pair
