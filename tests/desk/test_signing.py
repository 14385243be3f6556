"""A house that takes votes and seals with a passkey only takes none without."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from starlette.testclient import TestClient

from approvals.desk.signing import Signing
from flows.house import House
from tests.desk.forms import fields
from tests.desk.test_session import AT

Visit = Callable[..., TestClient]


class Nobody:
    """Holds no passkey and knows no person."""

    def of(self, person: object) -> tuple[object, ...]:
        return ()

    def person(self, id: str) -> SimpleNamespace:
        return SimpleNamespace(id=id)


@pytest.fixture
def strict(visit: Visit) -> Visit:
    """The same desk in a house that asks for signatures."""

    def as_(handle: str | None = None, lang: str = "en") -> TestClient:
        tab = visit(handle, lang)
        none = Nobody()
        tab.app.state.signing = Signing(none, none, none, required=True)  # type: ignore[attr-defined, arg-type]
        return tab

    return as_


def test_a_vote_without_a_signature_is_refused_and_leads_to_a_passkey(
    strict: Visit, house: House
) -> None:
    before = house.dossier("ethics").version
    tab = strict("aubrac")
    page = tab.get(AT).text
    assert "with a passkey only" in page
    assert "/me/passkeys" in page
    form = fields(page, f"{AT}/vote")
    answer = tab.post(f"{AT}/vote", data={**form, "seat-Q1": "for"})
    assert answer.status_code == 422
    assert "with a passkey only" in answer.text
    assert house.dossier("ethics").version == before


@pytest.mark.parametrize("act", ["vote", "close-ballot"])
def test_a_program_cannot_vote_or_proclaim_in_its_place(
    strict: Visit, house: House, act: str
) -> None:
    tab = strict()
    handle = {"vote": "aubrac", "close-ballot": "castagnet"}[act]
    body = {"vote": {"seat": "Q1", "choice": "for"}, "close-ballot": {}}[act]
    answer = tab.post(
        f"/api/v1/dossiers/ethics/acts/{act}",
        json=body,
        headers={
            "authorization": f"Bearer {house.person(handle).id}/board",
            "idempotency-key": "k" * 20,
        },
    )
    assert answer.status_code == 422, answer.text
    assert "passkey" in answer.text


def test_a_program_does_not_name_its_own_evidence(
    strict: Visit, visit: Visit, house: House
) -> None:
    answer = visit().post(
        "/api/v1/dossiers/ethics/acts/vote",
        json={"seat": "Q1", "choice": "for", "signoff": "ab" * 32},
        headers={
            "authorization": f"Bearer {house.person('aubrac').id}/board",
            "idempotency-key": "k" * 20,
        },
    )
    assert answer.status_code in (400, 422)
    assert "VoteCast" not in [one.type for one in house.store.entries() if one.stream == "ethics"]
