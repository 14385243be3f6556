"""What Prefect shows of a dossier: its road with the present place marked, its ballot in figures.

Plain values; ``flows.travel`` and ``flows.worker_run`` leave them on the server as artifacts. The
picture on a terminal is ``flows.picture``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from approvals import terms
from approvals.dossier import Dossier
from approvals.waiting import waiting_on
from flows import showing
from locales.catalog import say


@dataclass(frozen=True, slots=True)
class Artifact:
    """One of Prefect's artifacts; ``type`` is ``markdown`` or ``table`` (JSON rows)."""

    key: str
    type: str
    data: str
    description: str


def awaited(dossier: Dossier) -> str:
    """Name a run's end: the English sentence of what is awaited, without its full stop."""
    waiting = waiting_on(dossier)
    return say(waiting.message, "en", **waiting.data).rstrip(".")


def artifacts(dossier: Dossier) -> Iterator[Artifact]:
    """Give the road, and the ballot once there is one."""
    title = dossier.opened.title.en if dossier.opened else dossier.id
    yield Artifact(
        key=_key(f"road-{dossier.id}"),
        type="markdown",
        data=f"# {title}\n\n{showing.road(dossier.state, 'en')}\n\n"
        f"**{say(terms.STATE_NAMES[dossier.state], 'en')}**. {awaited(dossier)}.\n\n"
        f"Version {dossier.version} of the dossier; pair `{dossier.pair or '–'}`.",
        description="Where this dossier stands on its road; the ledger is the authority.",
    )
    if dossier.result is None:
        return
    tally = dossier.result.tally
    row = {
        "for": tally.in_favour,
        "against": tally.against,
        "abstentions": tally.abstentions,
        "not voting": tally.not_voting,
        "outcome": dossier.result.outcome.value,
        "number": dossier.result.number or "",
    }
    yield Artifact(
        key=_key(f"tally-{dossier.id}"),
        type="table",
        data=json.dumps([row]),
        description="The ballot in figures, recomputable from the ledger.",
    )


def _key(text: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in text.lower())
