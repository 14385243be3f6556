"""What a page says of a copy: one title, one sentence, five questions with their answers.

Two things are asked: whether the file is genuine (the strict verifier's ``Verdict``) and what has
become of the text (``editions.Answer``). A whole digest settles both, because the ledger knows the
digest of every file that was published; a digest's beginning names an edition and proves no copy.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from approvals.desk.seen import Seen
from approvals.editions import Answer, Standing
from approvals.errors import N_
from documents.sealing.verdict import Check, Indication, Verdict, together
from documents.sealing.verify import NOT_ASKED

WHOLE: Final = 64
"""The signs of a whole digest (SHA-256 in hexadecimal)."""

SHORT: Final = 12
"""The signs of a digest that are printed under a code."""


@dataclass(frozen=True, slots=True)
class Head:
    """The answer in short: the kind of the seal that is drawn, its shape, the title, a sentence."""

    kind: str
    shape: str
    title: str
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One of the five questions: its answer as a mark, and why, in plain words."""

    asked: str
    kind: str
    icon: str
    answer: str
    said: tuple[str, ...]


def clean(asked: str) -> str:
    """Take the signs of a digest out of what somebody wrote or scanned."""
    found = re.sub(r"[\s\u00a0\u202f:-]", "", asked).lower()
    return found.rpartition("/")[2]


def is_digest(asked: str) -> bool:
    """Whether it is a digest, or so much of its beginning that it names one file."""
    return SHORT <= len(asked) <= WHOLE and re.fullmatch("[0-9a-f]+", asked) is not None


_FATES: Final[Mapping[Standing, tuple[str, str, str, str]]] = {
    Standing.CURRENT: ("ok", "yes", N_("Genuine, and current"), N_("The current edition")),
    Standing.CORRECTED: (
        "warn",
        "again",
        N_("Genuine, and corrected since"),
        N_("An edition that was corrected since"),
    ),
    Standing.SUPERSEDED: (
        "warn",
        "on",
        N_("Genuine, and replaced since"),
        N_("An edition that was replaced since"),
    ),
    Standing.WITHDRAWN: (
        "stop",
        "bar",
        N_("Genuine, and withdrawn since"),
        N_("An edition that was withdrawn since"),
    ),
    Standing.SEALED: (
        "warn",
        "open",
        N_("Sealed, and not published"),
        N_("A sealed edition, not published"),
    ),
    Standing.DRAFT: (
        "warn",
        "open",
        N_("A draft, never published"),
        N_("A draft, never published"),
    ),
    Standing.PRESS: ("ok", "yes", N_("The press release"), N_("The press release")),
    Standing.UNKNOWN: ("mute", "ask", N_("Unknown here"), N_("Unknown here")),
}
"""By standing: the seal that is drawn, and the title for a whole copy and for a code."""

_UNKNOWN: Final = N_(
    "This house has published no file with this digest. A file that was opened and saved again has "
    "another digest: the full check reads its seal."
)
_UNKNOWN_SHORT: Final = N_(
    "This house has published no file whose digest begins like this. Compare the signs with those "
    "under the code."
)


def by_digest(found: Answer, asked: str) -> Head:
    """Say what a digest alone tells."""
    kind, shape, whole, short = _FATES[found.standing]
    if found.standing is Standing.UNKNOWN:
        return Head(kind, shape, whole, _UNKNOWN if len(asked) == WHOLE else _UNKNOWN_SHORT)
    if len(asked) == WHOLE:
        return Head(kind, shape, whole)
    return Head(
        kind,
        "code" if shape == "yes" else shape,
        short,
        N_(
            "The code names this edition; it does not prove that the copy beside it says the same. "
            "Compare it with the text below, or check the file."
        ),
    )


def by_verdict(verdict: Verdict, found: Answer) -> Head:
    """Say what the full check of a file found."""
    if verdict.overall is Indication.PASSED:
        if found.standing is Standing.UNKNOWN:
            return Head(
                "warn",
                "open",
                N_("Well sealed, and not published here"),
                N_(
                    "The seal is the institution’s and nothing was changed, but this house has "
                    "published no such file."
                ),
            )
        kind, shape, title, _ = _FATES[found.standing]
        return Head(kind, shape, title)
    if verdict.overall is Indication.INDETERMINATE:
        return _undecided(verdict)
    return _failed(verdict, found)


def _undecided(verdict: Verdict) -> Head:
    if verdict.trust.indication is not Indication.PASSED:
        return Head(
            "warn",
            "ask",
            N_("Sealed, and not by this institution"),
            N_(
                "Nothing was changed since it was sealed, but the seal goes back to no authority "
                "that this house names. Anybody can make such a seal."
            ),
        )
    return Head(
        "warn",
        "ask",
        N_("Not everything can be proven"),
        N_("Nothing is wrong with the file. What stays open is said below."),
    )


def _failed(verdict: Verdict, found: Answer) -> Head:
    unsigned = verdict.package.passed and not verdict.signatures
    if unsigned and found.standing is not Standing.UNKNOWN:
        kind, shape, title, _ = _FATES[found.standing]
        return Head(kind, shape, title, N_("The file carries no seal."))
    if unsigned:
        return Head(
            "stop",
            "no",
            N_("No seal in this file"),
            N_("It proves nothing about who wrote it. Published texts carry the seal inside."),
        )
    if not together([verdict.container, verdict.package]).passed:
        return Head(
            "stop",
            "no",
            N_("Not a sound Word file"),
            N_("Two programs could read two texts in it, or none. Do not rely on it."),
        )
    if verdict.integrity.indication is Indication.FAILED:
        return Head(
            "stop",
            "broken",
            N_("Altered since it was sealed"),
            N_("What was sealed is not what the file says now. Do not rely on it."),
        )
    if verdict.coverage.indication is Indication.FAILED:
        return Head(
            "stop",
            "broken",
            N_("Something was added to it"),
            N_(
                "The file holds what the seal does not cover. Some office programs accept that; "
                "do not rely on it."
            ),
        )
    return Head(
        "stop",
        "no",
        N_("Not genuine"),
        N_("The seal does not hold. Do not rely on this file."),
    )


def questions(seen: Seen, verdict: Verdict) -> Sequence[Question]:
    """Ask the five questions of a verdict."""
    signer = next((one for one in verdict.signatures if one.signer), None)
    form = together([verdict.container, verdict.package])
    asked = [
        _question(
            seen,
            N_("Is the file well formed?"),
            form,
            N_("Yes"),
            N_("Nothing hidden, doubled or left over in the package."),
        ),
        _question(
            seen,
            N_("Is the text unaltered?"),
            verdict.integrity,
            N_("Yes"),
            N_("Every part gives the digest recorded at sealing."),
        ),
        _question(
            seen,
            N_("Does the seal cover everything?"),
            verdict.coverage,
            N_("Yes"),
            N_("Some office programs accept unsigned additions; this check does not."),
        ),
    ]
    whose = N_("The institution’s")
    if verdict.demonstration:
        whose = N_("A demonstration’s: it proves nothing outside this installation")
    asked.append(
        _question(
            seen,
            N_("Whose seal is it?"),
            verdict.trust,
            whose,
            N_("Certificate of {signer}, issued by an authority that this house names."),
            kind="warn" if verdict.demonstration else "ok",
            signer=common_name(signer.signer) if signer else "",
        )
    )
    stamped = signer.timestamp if signer else None
    when = stamped or (signer.signing_time if signer else None)
    asked.append(
        _question(
            seen,
            N_("When was it sealed?"),
            verdict.time,
            "{when}",
            N_("Time-stamped by an authority that this house names.")
            if stamped
            else N_("By the house’s own clock: it carries no time stamp of another authority."),
            when=when or "–",
        )
    )
    return asked


def _question(
    seen: Seen,
    asked: str,
    check: Check,
    yes: str,
    said: str,
    kind: str = "ok",
    **data: object,
) -> Question:
    if check.passed:
        icon = "ok" if kind == "ok" else "half"
        return Question(seen.tr(asked), kind, icon, seen.tr(yes, **data), (seen.tr(said, **data),))
    reasons = tuple(seen.tr(one.message, **one.data) for one in check.reasons)
    if any(one.message == NOT_ASKED for one in check.reasons):
        return Question(seen.tr(asked), "mute", "wait", seen.tr(N_("Not asked")), reasons)
    if check.indication is Indication.FAILED:
        return Question(seen.tr(asked), "stop", "no", seen.tr(N_("No")), reasons)
    return Question(seen.tr(asked), "warn", "half", seen.tr(N_("Not proven")), reasons)


def common_name(subject: str) -> str:
    """Give the name out of a certificate's subject (RFC 4514)."""
    found = re.search(r"(?:^|,)CN=((?:\\.|[^,\\])*)", subject)
    return re.sub(r"\\(.)", r"\1", found[1]) if found else subject
