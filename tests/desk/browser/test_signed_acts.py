"""A member signs a vote with a passkey, the secretary proclamation and seal; outsiders check it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from approvals.desk.auth.signoff import Signoff, check_signoff
from approvals.dossier import read
from approvals.standing import State
from flows import evidence
from tests.desk.browser.conftest import Served
from tests.desk.browser.walk import Walk

AT = "/dossiers/ethics/session"


@pytest.fixture
def walk(served: Served, enter: Callable[..., Page]) -> Walk:
    return Walk(served, enter, "en")


def with_passkey(walk: Walk, handle: str) -> Page:
    """Give somebody a passkey that knows their finger."""
    tab = walk.tab(handle)
    session = tab.context.new_cdp_session(tab)
    session.send("WebAuthn.enable")
    options: dict[str, Any] = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    walk.at(handle, "/me/passkeys")
    tab.get_by_label("Name of the new passkey").fill("Key")
    tab.get_by_role("button", name="Add a passkey").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("You hold one passkey")
    return tab


def signed(walk: Walk, kind: str) -> dict[str, Any]:
    """Check the signature that the newest event of a kind names, and give what it says."""
    [entry] = [one for one in walk.house.store.entries() if one.type == kind][-1:]
    payload = read(entry.payload)
    told = json.loads(walk.house.vault.get(payload["signoff"]))
    key = bytes.fromhex(told.pop("public_key"))
    said = dict(check_signoff(Signoff.from_json(told), key))
    assert said["person"] == payload["by"]
    return said


def test_votes_proclamation_and_seal_are_signed_and_leave_evidence(walk: Walk) -> None:
    tab = with_passkey(walk, "aubrac")
    tab.goto(AT)
    tab.check("[name=seat-Q1][value=for]")
    tab.get_by_role("button", name="Vote and sign with my passkey").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("Your vote is cast")
    said = signed(walk, "VoteCast")
    dossier = walk.house.dossier("ethics")
    assert dossier.draft is not None
    assert dossier.ballot is not None
    assert said["choice"] == f"{dossier.ballot.opened.ballot} Q1=for"
    assert dossier.draft.text in said["digests"].values()

    contacts = walk.house.contacts()
    assert dossier.meeting is not None
    others = {contacts[seat.holder].handle for seat in dossier.meeting.called.seats}
    for handle in sorted(others - {"aubrac"})[:14]:
        if walk.at(handle, AT).locator("form[action$='/vote']").count():
            walk.vote(handle, "ethics")

    tab = with_passkey(walk, "castagnet")
    tab.goto(AT)
    tab.get_by_role("button", name="Close the ballot and proclaim the result").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("The board adopted the text")
    assert signed(walk, "ResultProclaimed")["act"] == "proclaim"
    walk.served.catch_up("ethics")

    tab.goto("/dossiers/ethics/seal")
    tab.get_by_role("button", name="Order the seal").click()
    tab.wait_for_url("**/seal?done=seal")
    assert signed(walk, "SealingOrdered")["act"] == "seal"
    walk.served.catch_up("ethics")
    assert walk.house.dossier("ethics").state is State.SEALED
    files = evidence.published_files(walk.house, walk.house.dossier("ethics"))
    assert sum(name.startswith("evidence/signoffs/") for name in files) == 3


def test_a_signature_for_one_choice_does_not_carry_another(walk: Walk) -> None:
    tab = with_passkey(walk, "aubrac")
    tab.goto(AT)
    tab.check("[name=seat-Q1][value=for]")
    before = walk.house.dossier("ethics").version

    def turned(route: Any) -> None:
        route.continue_(post_data=route.request.post_data.replace("seat-Q1=for", "seat-Q1=against"))

    tab.route("**/session/vote", turned)
    tab.get_by_role("button", name="Vote and sign with my passkey").click()
    expect(tab.get_by_role("alert").first).to_contain_text(
        "What was signed is not what is on the page"
    )
    assert walk.house.dossier("ethics").version == before
