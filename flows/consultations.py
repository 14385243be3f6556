"""Consultations that were held elsewhere, brought into a house whole: asked, answered, over.

The questionnaire lies in the vault. Responses lie in a folder of the house, each under a random id
that says nothing of who gave it and not in the order in which they came: they are erased when their
time is over, which nothing in the vault ever is.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from approvals import events as ev
from approvals.consultation import questionnaire
from approvals.consultation.responses import Response
from approvals.errors import ApprovalError, GuardError
from approvals.evaluation import PREFIX, Evaluation
from approvals.handlers import evaluation as handlers
from approvals.ledger import Entry
from approvals.names import Bilingual, Digest, PersonId
from documents.digest import byte_digest
from flows import coding
from flows.evaluating import Source
from flows.house import House
from locales.errors import N_

FOLDER = "consultations"


def _kept(house: House, id: str) -> Path:
    return house.home / FOLDER / f"{id}.json"


def gather(
    house: House,
    id: str,
    asked: str,
    responses: Iterable[Response],
    *,
    by: PersonId,
    opened: date,
    closed: date,
    key: str,
    notice: Bilingual | None = None,
) -> Entry:
    """Bring in a consultation under the questionnaire in ``asked`` (TOML)."""
    handlers.check_id("consultation:id", id)
    read = questionnaire.load(asked)
    given = [
        [one.public, one.language, {k: list(v) for k, v in one.chosen.items()}, dict(one.said)]
        for one in responses
    ]
    chance = random.SystemRandom()
    chance.shuffle(given)
    ids = [f"a{number:06d}" for number in range(1, len(given) + 1)]
    path = _kept(house, id)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    waiting = path.with_suffix(".new")
    waiting.write_text(json.dumps(dict(zip(ids, given, strict=True)), ensure_ascii=False), "utf-8")
    waiting.chmod(0o600)
    try:
        entry = handlers.gather_consultation(
            handlers.GatherConsultation(
                dossier=f"{PREFIX}{id}",
                by=by,
                key=key,
                title=read.title,
                questionnaire=Digest(house.vault.put(asked.encode())),
                opened=opened,
                closed=closed,
                responses=len(given),
                notice=notice,
            ),
            house.office,
        )
    except ApprovalError:
        waiting.unlink()
        raise
    if path.exists():
        waiting.unlink()
    else:
        waiting.replace(path)
    return entry


def listed(house: House) -> Iterator[tuple[str, Evaluation]]:
    """Give every consultation by its id, oldest first."""
    with house.store.read() as reader:
        streams = [one for one in reader.streams() if one.startswith(PREFIX)]
    for stream in streams:
        yield stream.removeprefix(PREFIX), coding.evaluation(house, stream)


def source(house: House, id: str) -> Source:
    """Give a consultation with its responses; raise ``GuardError`` where there is none."""
    handlers.check_id("consultation:id", id)
    stream = f"{PREFIX}{id}"
    own = coding.evaluation(house, stream)
    gathered = own.gathered
    if gathered is None:
        raise GuardError(
            "consultation:none",
            N_("There is no consultation {consultation}. “enonce consult list” lists them."),
            consultation=id,
        )
    path = _kept(house, id)
    if not path.exists():
        raise GuardError(
            "consultation:erased",
            N_("The responses of {consultation} were erased; its summary is what stays."),
            consultation=id,
        )
    kept = json.loads(path.read_text("utf-8"))
    responses = {
        answer: Response(public, language, {k: tuple(v) for k, v in chosen.items()}, said)
        for answer, (public, language, chosen, said) in kept.items()
    }
    return Source(
        stream,
        questionnaire.load(house.vault.get(gathered.questionnaire).decode()),
        responses,
        questionnaire=gathered.questionnaire,
        opened=gathered.opened,
        closed=gathered.closed,
        notice=gathered.notice,
    )


def record_synthesis(
    house: House, id: str, files: dict[str, bytes], *, by: PersonId, key: str
) -> Entry:
    """Record the digests of a summary's files.

    The files are not kept in the vault: they may quote somebody who takes their consent back.
    """
    return handlers.record_synthesis(
        handlers.RecordSynthesis(
            dossier=f"{PREFIX}{id}",
            by=by,
            key=key,
            files=tuple(
                ev.SynthesisFile(name, Digest(byte_digest(data))) for name, data in files.items()
            ),
        ),
        house.office,
    )
