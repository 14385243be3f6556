"""Houses for the flow tests: founded once, copied for each test, with small dossiers in them."""

from __future__ import annotations

import io

import docx

from approvals import policy
from approvals.handlers import drafts
from approvals.handlers.base import Command
from approvals.names import Bilingual, PersonId
from flows import acts
from flows.house import House
from flows.stages import RUNS

SENTENCE = "Our singular mission is to teach crystallography to lighthouse keepers."


def small_docx(text: str = SENTENCE) -> bytes:
    """One paragraph in a Word file."""
    document = docx.Document()
    document.add_paragraph(text)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def drafter(house: House) -> PersonId:
    return PersonId(house.person("delmas").id)


def submit(house: House, dossier: str) -> str:
    """Bring a dossier into draft."""
    title = Bilingual(f"Énoncé {dossier}", f"Statement {dossier}")
    acts.submit(
        house, small_docx(), "statement.docx", by=drafter(house), dossier=dossier, title=title
    )
    return dossier


def hand_over(house: House, dossier: str, key: str | None = None) -> None:
    """Bring a dossier to where its translation is due."""
    told = Command(dossier=dossier, by=drafter(house), key=key or acts.new_key())
    drafts.request_translation(told, house.office)


def due(house: House, dossier: str) -> bool:
    return policy.due(house.dossier(dossier), house.now()) is not None


def carry_out(house: House, dossier: str) -> None:
    """Do what the flow does, without Prefect: every stage that is due, until the next gate."""
    while stage := policy.due(house.dossier(dossier), house.now()):
        RUNS[stage](house, dossier)


def types(house: House, dossier: str) -> list[str]:
    """The names of a dossier's events, in order."""
    with house.store.read() as reader:
        return [entry.type for entry in reader.history(dossier)]
