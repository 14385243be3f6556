"""The command that goes on after a refusal, for the command line alone.

A refusal says what is wrong and what to do in words that hold at every door: a page, a program, a
terminal. Only a terminal has commands, so they stand here, by the guard that refused or, where
there is none, by the error's class. ``console.refuse`` says them behind the refusal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Final

from approvals.handlers import consultation
from flows.console import tr
from locales.errors import N_


@dataclass(frozen=True, slots=True)
class Hint:
    """A sentence around a command; the command has fields and is the same in every language."""

    sentence: str
    command: str

    def fields(self) -> frozenset[str]:
        """Give the names of what the command has to be filled with."""
        return frozenset(name for _, name, _, _ in Formatter().parse(self.command) if name)


_DOES: Final = N_("“{command}” does it.")
_LISTS: Final = N_("“{command}” lists them.")
_SHOWS: Final = N_("“{command}” shows it.")
_NEXT: Final = N_("“{command}” says what comes next.")
_REASON: Final = N_("“{command}” gives the reason.")
_BOTH: Final = N_("“{command}” gives both.")
_ONE: Final = N_("“{command}” names one.")
_GIVES: Final = N_("“{command}” gives one.")
_ADDS: Final = N_("“{command}” brings one.")
_CHECKS: Final = N_("“{command}” checks it.")
_PUTS_OFF: Final = N_("“{command}” puts it off.")
_OPEN: Final = N_("“{command}” without --secret opens one.")
_PRESIDES: Final = N_("“{command}” names who presides where the chair is not there.")
_ATTENDS: Final = N_("“{command}” records it; --recused is for a recusal.")
_SCOPE: Final = N_("“{command}” names a dossier; --circuit names a circuit.")
_GROUND: Final = N_("“{command}” names a resolution; --court names a judgment.")
_APPROVES: Final = N_("“{command}” approves one.")
_FAILING: Final = N_("“{command}” lists what the checks find.")
_WAITS: Final = N_("“{command}” lists what waits for a translation.")
_FINDING: Final = N_("“{command}” links one; “enonce finding waive” says why it shaped none.")
_WHY: Final = N_("“{command}” says why.")
_DUE: Final = N_("“{command}” carries out what is due.")
_TEMPLATE: Final = N_("“{command}” writes a board file to compare with.")

_STATUS: Final = "enonce status {dossier}"
_CONVENE: Final = "enonce convene {dossier} --at WHEN"
_RELEASE: Final = "enonce quote release {dossier} --fr FILE --en FILE"
_CHECK: Final = Hint(_CHECKS, "enonce log --check")
_CONSULTATIONS: Final = Hint(_SHOWS, "enonce consult list")
_URGENT: Final = Hint(_REASON, f"{_CONVENE} --urgent REASON")
_SHEET: Final = Hint(_ADDS, "enonce consult code take CONSULTATION {question} FILE")
_REVIEW: Final = Hint(_DOES, "enonce review {dossier}")

HINTS: Final[Mapping[str, Hint]] = {
    **{
        f"consultation:{act}": Hint(_NEXT, "enonce consult show {consultation}")
        for act in consultation.ALLOWED
        if act != "plan"
    },
    "BoardFileError": Hint(_TEMPLATE, "enonce board template"),
    "StaleVersionError": Hint(_SHOWS, _STATUS),
    "UnknownDossierError": Hint(_SHOWS, "enonce status"),
    "UnknownPersonError": Hint(_SHOWS, "enonce people"),
    "WrongStateError": Hint(_NEXT, _STATUS),
    "abandon:reason": Hint(_REASON, "enonce abandon {dossier} --reason TEXT"),
    "attach:none": _CONSULTATIONS,
    "attend:mode": Hint(_ATTENDS, "enonce attend {dossier} SEATS --how HOW"),
    "attend:proxy": Hint(_BOTH, "enonce attend {dossier} SEATS --how represented --proxy-to SEAT"),
    "ballot:none": Hint(_DOES, "enonce open-ballot {dossier}"),
    "ballot:papers": Hint(_DOES, "enonce recall {dossier} --reason TEXT"),
    "ballot:participation": Hint(_DOES, "enonce no-quorum {dossier}"),
    "ballot:presiding": Hint(_PRESIDES, "enonce open-ballot {dossier} --presided-by SEAT"),
    "ballot:secret": Hint(_OPEN, "enonce open-ballot {dossier}"),
    "certify:ignore": Hint(_FAILING, "enonce revise {dossier}"),
    "certify:nothing": Hint(_NEXT, _STATUS),
    "certify:proposed": Hint(_DOES, "enonce revise {dossier} --paragraph {paragraph}"),
    "certify:reason": Hint(_REASON, "enonce certify {dossier} --ignore CHECK --reason TEXT"),
    "coding:sheets": _SHEET,
    "conform:papers": Hint(_NEXT, _STATUS),
    "consultation:none": _CONSULTATIONS,
    "convene:closes": Hint(_BOTH, f"{_CONVENE} --mode written --closes WHEN"),
    "convene:notice": _URGENT,
    "convene:urgency": _URGENT,
    "decide:decider": Hint(_SHOWS, _STATUS),
    "decide:delegation": Hint(
        _GIVES, "enonce delegation give PERSON --from DAY --until DAY --dossier {dossier}"
    ),
    "decide:paragraph": Hint(_LISTS, _STATUS),
    "decide:reason": Hint(_REASON, "enonce decide {dossier} DECISION --reason TEXT"),
    "decide:review": _REVIEW,
    "decide:step": Hint(_SHOWS, _STATUS),
    "defer:reason": Hint(_REASON, "enonce defer {dossier} --reason TEXT"),
    "delegate:dossier": Hint(_SHOWS, "enonce status"),
    "delegate:given": Hint(_DOES, "enonce delegation withdraw {delegation}"),
    "delegate:none": Hint(_SHOWS, "enonce delegation list"),
    "delegate:scope": Hint(
        _SCOPE, "enonce delegation give PERSON --from DAY --until DAY --dossier DOSSIER"
    ),
    "dossier:succeeds": Hint(_LISTS, "enonce status"),
    "enrol:founded": Hint(_DOES, "enonce init"),
    "erratum:authoritative": Hint(_DOES, "enonce submit FILE --succeeds {dossier}"),
    "erratum:none": Hint(
        _DOES, "enonce erratum propose {dossier} FILE --language LANGUAGE --reason TEXT"
    ),
    "erratum:open": Hint(_DOES, "enonce erratum certify {dossier}"),
    "erratum:reason": Hint(
        _REASON, "enonce erratum propose {dossier} FILE --language LANGUAGE --reason TEXT"
    ),
    "erratum:text": _CHECK,
    "exchange:prepared": Hint(_DOES, "enonce translate {dossier}"),
    "exchange:strict": Hint(_WHY, "enonce exchange import FILE --check"),
    "finding:consultation": Hint(_DOES, "enonce finding attach {dossier} {consultation}"),
    "finding:none": Hint(_SHOWS, "enonce finding list {dossier}"),
    "finding:which": Hint(
        _ONE, "enonce finding link {dossier} FINDING --paragraph NUMBER --of CONSULTATION"
    ),
    "interview:none": Hint(_SHOWS, "enonce consult interview list CONSULTATION"),
    "link-finding:paragraph": Hint(_LISTS, _STATUS),
    "matrix:review": _REVIEW,
    "meeting:none": Hint(_DOES, _CONVENE),
    "no-quorum:met": Hint(_DOES, "enonce open-ballot {dossier}"),
    "no-quorum:voting": Hint(_PUTS_OFF, "enonce defer {dossier} --reason TEXT"),
    "object:reason": Hint(_REASON, "enonce object {dossier} --reason TEXT"),
    "paragraph:unknown": Hint(_LISTS, _STATUS),
    "press:languages": Hint(_BOTH, _RELEASE),
    "publish:languages": _CHECK,
    "publish:quotes": Hint(_APPROVES, "enonce quote approve {dossier} NAME"),
    "publish:release": Hint(_BOTH, _RELEASE),
    "quote:languages": Hint(
        _BOTH, "enonce quote add {dossier} NAME --speaker PERSON --fr TEXT --en TEXT"
    ),
    "quote:none": Hint(_SHOWS, "enonce quote list {dossier}"),
    "recall:reason": Hint(_REASON, "enonce recall {dossier} --reason TEXT"),
    "revise:nothing": Hint(_WAITS, "enonce revise {dossier}"),
    "role:system": Hint(_DUE, "enonce run"),
    "seal:conformity": Hint(_DOES, "enonce conform {dossier}"),
    "seal:pair": _CHECK,
    "seal:text": _CHECK,
    "submit:answers": Hint(_GIVES, "enonce submit FILE --dossier {dossier} --answer NUMBER=TEXT"),
    "submit:point": Hint(_SHOWS, _STATUS),
    "translate:findings": Hint(
        _FINDING, "enonce finding link {dossier} FINDING --paragraph NUMBER"
    ),
    "waive:nothing": Hint(_SHOWS, _STATUS),
    "waive:vouched": Hint(_DOES, "enonce waive {dossier}"),
    "waive-finding:reason": Hint(_REASON, "enonce finding waive {dossier} FINDING --reason TEXT"),
    "withdraw:ordered": Hint(_DOES, "enonce withdraw {dossier}"),
    "withdraw:reason": Hint(_REASON, "enonce withdraw {dossier} --reason TEXT"),
    "withdraw:reference": Hint(
        _GROUND, "enonce withdraw {dossier} --resolution NUMBER --reason TEXT"
    ),
}


def hint(error: Exception, guard: str, typed: Callable[[], Mapping[str, object]]) -> str | None:
    """Say the command that goes on after a refusal; None where there is none to name.

    The fields come from the refusal itself; the dossier, where it does not name it, from what was
    ``typed``, which is read only then. A command that cannot be filled is not shown.
    """
    found = HINTS.get(guard) or HINTS.get(type(error).__name__)
    if found is None:
        return None
    fields: dict[str, object] = dict(getattr(error, "data", {}))
    if "dossier" in found.fields() and "dossier" not in fields:
        fields["dossier"] = typed().get("dossier")
    if any(fields.get(name) in (None, "") for name in found.fields()):
        return None
    return tr(found.sentence, command=found.command.format_map(fields))
