"""What a program reads of consultations: how they stand, what was found, what somebody codes.

As at the desk, no answer is joined to a person, and interviews are shown to those who run it.
"""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse, Response

from approvals.consultation.life import PREFIX, Consultation
from approvals.desk import resting
from approvals.desk.api import answers
from approvals.desk.coding_ports import Part
from approvals.desk.resting import Led
from approvals.desk.seen import Seen
from approvals.errors import N_
from approvals.handlers.consultation import MANAGE
from approvals.names import Bilingual


def consultations(seen: Seen) -> Response:
    """Give every consultation, oldest first."""
    return JSONResponse({"consultations": [_summary(one) for one in seen.desk.consulting.every()]})


def _summary(own: Consultation) -> dict[str, Any]:
    return {
        "consultation": own.id,
        "title": _both(own.planned.title) if own.planned else None,
        "stage": own.stage.value,
        "until": str(own.opened.until) if own.opened else None,
    }


def consultation(seen: Seen) -> Response:
    """Give one: its codings, its findings with where each led, and who was heard."""
    own = seen.desk.consulting.find(seen.path("consultation"))
    if own is None:
        return _unknown(seen)
    held = seen.books.evaluation(PREFIX + own.id)
    found = {
        **_summary(own),
        "codings": [
            {
                "question": question,
                "coders": list(one.coders),
                "brought": list(one.sheets),
                "settled": one.settled is not None,
            }
            for question, one in held.codings.items()
        ],
        "findings": [
            {
                "finding": one.finding.finding,
                "text": _both(one.finding.text),
                "evidence": one.evidence,
                "led": [_led(place) for place in one.led],
            }
            for one in resting.found_in(seen, own)
        ],
    }
    if seen.roles & set(MANAGE):
        found["interviews"] = [
            {
                "interview": id,
                "capacity": _both(one.registered.capacity),
                "on": str(one.registered.on),
                "scope": one.registered.scope.value,
                "withdrawn": one.withdrawn,
            }
            for id, one in held.interviews.items()
        ]
    return JSONResponse(found)


def findings(seen: Seen) -> Response:
    """Give the findings behind a text, and where each led."""
    found = resting.led(seen, seen.dossier)
    return JSONResponse(
        {"findings": [{"text": _both(one.place.finding.text), **_led(one)} for one in found]}
    )


def _led(one: Led) -> dict[str, Any]:
    return {
        "dossier": one.dossier.id,
        "consultation": one.place.consultation,
        "finding": one.place.finding.finding,
        "paragraphs": list(one.place.paragraphs),
        "reason": one.reason or None,
        "orphan": one.place.orphan,
    }


def coding(seen: Seen) -> Response:
    """Give the answers that the person codes, or on which both coders differ."""
    own = seen.desk.consulting.find(seen.path("consultation"))
    held = seen.desk.coding.find(own, seen.path("question")) if own is not None else None
    if own is None or held is None or own.erased is not None:
        return _unknown(seen)
    coder = seen.me in held.coders
    if not coder and not seen.roles & set(MANAGE):
        return _unknown(seen)
    part = Part.SHEET if coder else Part.SETTLE
    work = seen.desk.coding.work(own, held.opened.question, seen.me, part)
    return JSONResponse(
        {
            "part": part.value,
            "themes": [
                {
                    "theme": one.code,
                    "title": _both(one.title),
                    "description": _both(one.description),
                }
                for one in work.book.themes
            ],
            "answers": [
                {
                    "answer": one.id,
                    "language": one.language,
                    "text": one.text,
                    "coded": [sorted(codes) for codes in work.compared.get(one.id, ())],
                }
                for one in work.answers
            ],
        }
    )


def _both(words: Bilingual) -> dict[str, str]:
    return {"fr": words.fr, "en": words.en}


def _unknown(seen: Seen) -> Response:
    return answers.error(404, "unknown", seen.tr(N_("There is no such consultation.")))
