"""What the desk shows beside its pages at rest: emptiness, refusals, verdicts, hours of a session.

axe looks at ``QUICK``, which leave a furnished house nearly as they found it; the pictures of
``bench/screenshots.py --all`` are taken of all. A state is entered as people would, through the
page; ``before`` lets the house move on first, by the same helpers as the tests of the road.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

import docx
from playwright.sync_api import Page

from approvals import events as ev
from approvals import policy
from approvals.desk.auth.errors import AuthError, CodeWrongError
from approvals.desk.auth.reception import Reception
from approvals.desk.auth.site import Site
from approvals.desk.auth.throttle import FAILURES
from approvals.handlers import board, life, publication
from flows import acts
from flows.clock import SystemClock
from flows.founding import sample_folder
from flows.house import House
from tests.desk.test_public import OUT
from tests.desk.test_verify import altered
from tests.flows import houses, rounds
from tests.flows.test_publication_life import copies

Show = Callable[[Page, House], object]
Before = Callable[[House], object]

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
NEXT, SHORT = "second", "nq"


@dataclass(frozen=True, slots=True)
class State:
    """One state of a page: whose eyes, how it is reached, and what happens in the house before."""

    name: str
    handle: str | None
    show: Show
    before: Before = lambda house: None


def at(path: str) -> Show:
    """Open a page."""
    return lambda tab, house: tab.goto(path)


def press(tab: Page, button: str) -> None:
    with tab.expect_navigation():
        tab.locator(button).first.click()


def upload(
    path: str, make: Callable[[House], bytes], name: str = "draft.docx", base: int = 0
) -> Show:
    """Send a Word file for the check; ``base`` is the version that it was written over."""

    def show(tab: Page, house: House) -> None:
        tab.goto(path)
        if base:
            dossier = path.split("/")[2]
            known = house.dossier(dossier).drafts[base - 1].version
            tab.locator("[name=base]").first.evaluate("(one, said) => one.value = said", known)
        file = {"name": name, "mimeType": WORD, "buffer": make(house)}
        tab.set_input_files("[name=file]", file)  # type: ignore[arg-type]
        before = tab.locator("h1").inner_text()
        tab.locator("form[data-upload] button").first.click()
        tab.wait_for_function("it => document.querySelector('h1')?.innerText !== it", arg=before)
        tab.wait_for_load_state()

    return show


def sample(name: str) -> Callable[[House], bytes]:
    return lambda house: (sample_folder() / name).read_bytes()


def edited(
    dossier: str, number: int, *changes: tuple[str, str], hidden: bool = False
) -> Callable[[House], bytes]:
    """Make a version of a text anew with words put in the place of others."""

    def make(house: House) -> bytes:
        data = house.vault.get(house.dossier(dossier).drafts[number - 1].version)
        document = docx.Document(io.BytesIO(data))
        runs = [run for one in document.paragraphs for run in one.runs]
        for old, new in changes:
            for run in runs:
                if old in run.text:
                    run.text = run.text.replace(old, new)
        if hidden:
            document.paragraphs[1].add_run("hidden words").font.hidden = True
        out = io.BytesIO()
        document.save(out)
        return out.getvalue()

    return make


def copy(dossier: str) -> Callable[[House], bytes]:
    return lambda house: house.vault.get(copies(house, dossier)["statement", "fr"])


genuine = copy(OUT)


def forged(house: House) -> bytes:
    change = lambda old: old.replace(b"avenir", b"passe")  # noqa: E731
    return altered(genuine(house), "word/document.xml", change)


def verified(make: Callable[[House], bytes]) -> Show:
    """Send a copy for the full check."""

    def show(tab: Page, house: House) -> None:
        tab.goto("/verify")
        file = {"name": "copy.docx", "mimeType": WORD, "buffer": make(house)}
        tab.set_input_files("[name=file]", file)  # type: ignore[arg-type]
        press(tab, "#check button.btn-2")

    return show


def code(tab: Page, house: House) -> None:
    """Ask for the twelve signs under the code of a printed copy."""
    tab.goto(f"/v/{copies(house, OUT)['statement', 'en'][:12]}")


def stale(tab: Page, house: House) -> None:
    """Decide on another pair than the one that stands now."""
    tab.goto("/dossiers/charter/step")
    tab.locator("form[action$='/step'] [name=pair]").evaluate("one => one.value = 'ab'.repeat(32)")
    tab.check("[name=decision][value=approve]")
    press(tab, "form[action$='/step'] button")


def without_reason(tab: Page, house: House) -> None:
    tab.goto("/dossiers/charter/step")
    tab.check("[name=decision][value=request-changes]")
    press(tab, "form[action$='/step'] button")


def paused(tab: Page, house: House) -> None:
    """Come to the door after more failures than it allows."""
    door = Reception.over(house.store, SystemClock(), Site("http://localhost")).throttle
    for _ in range(FAILURES):
        with suppress(AuthError), door.attempt("nobody", "127.0.0.1"):
            raise CodeWrongError
    tab.goto("/sign-in")
    tab.fill("[name=name]", "nobody")
    tab.fill("[name=password]", "wrong")
    press(tab, "form[action='/sign-in'] button.btn-2")


def receipt(tab: Page, house: House) -> None:
    """Show the receipt of a decision that was taken."""
    mine = rounds.who(house, "vasseur")
    [*_, last] = [
        one
        for one in house.store.entries()
        if one.stream == "charter" and one.type == "DecisionMade" and mine in one.payload
    ]
    tab.goto(f"/dossiers/charter/receipts/{last.sequence}")


def nothing_answered(tab: Page, house: House) -> None:
    """Send a response with nothing but its public."""
    tab.goto("/c/imt-2026")
    tab.locator("[name=public]").first.check()
    press(tab, "button[value=send]")


def answered(tab: Page, house: House) -> None:
    tab.goto("/c/imt-2026")
    tab.locator("[name=public]").first.check()
    tab.locator("input[type=checkbox]").first.check()
    press(tab, "button[value=send]")


def aside(tab: Page, house: House) -> None:
    tab.goto("/c/imt-2026")
    tab.locator("[name=public]").first.check()
    tab.locator("input[type=checkbox]").first.check()
    press(tab, "button[value=aside]")


QUICK: Sequence[State] = (
    State("not found", "vasseur", at("/dossiers/nothing")),
    State("not open", "vasseur", at("/admin")),
    State("stale decision", "vasseur", stale),
    State("no reason", "vasseur", without_reason),
    State("receipt", "vasseur", receipt),
    State(
        "refused file", "delmas", upload("/dossiers/rules/submit", sample("statement.refused.docx"))
    ),
    State(
        "held file",
        "delmas",
        upload("/dossiers/rules/submit", edited("rules", 1, ("future", "morrow"), hidden=True)),
    ),
    State(
        "conflict",
        "delmas",
        upload(
            "/dossiers/charter/submit",
            edited("charter", 1, ("shape", "forge")),
            base=1,
        ),
    ),
    State("genuine", None, verified(genuine)),
    State("altered", None, verified(forged)),
    State("unsealed", None, verified(lambda house: houses.small_docx())),
    State("unknown", None, at(f"/verify?hash={'0' * 64}")),
    State("nothing answered", None, nothing_answered),
    State("paused", None, paused),
)

SESSION = "/dossiers/ethics/session"

CAST = """([path, fields]) => {
  const form = document.createElement("form");
  form.method = "post";
  form.action = path;
  for (const [name, value] of Object.entries(fields))
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  document.body.append(form);
  form.submit();
}"""


def voted(tab: Page, house: House) -> None:
    """Cast the chair's vote, under one key however often, and show its receipt."""
    ballot = house.dossier("ethics").ballot
    assert ballot is not None
    tab.goto(SESSION)
    fields = {"key": "states", "pair": ballot.opened.pair, "seat-Q1": "for"}
    with tab.expect_navigation():
        tab.evaluate(CAST, [f"{SESSION}/vote", fields])


def counted(house: House) -> None:
    """Cast the votes that are missing, one of them against, and proclaim."""
    dossier = house.dossier("ethics")
    assert dossier.meeting is not None
    assert dossier.ballot is not None
    holders = {seat.id: seat.holder for seat in dossier.meeting.called.seats}
    for number, seat in enumerate(policy.entitled(dossier)):
        if seat in dossier.ballot.voters:
            continue
        by = rounds.who(house, holders[dossier.meeting.places[seat].proxy_to or seat])
        choice = ev.Choice.AGAINST if number == 3 else ev.Choice.FOR
        board.vote(
            board.Vote(dossier="ethics", by=by, key=acts.new_key(), seat=seat, choice=choice),
            house.office,
        )
    told = rounds.command(house, "castagnet", "ethics")
    board.close_ballot(board.CloseBallot(dossier="ethics", by=told.by, key=told.key), house.office)


def carried(dossier: str) -> Before:
    return lambda house: houses.carry_out(house, dossier)


def seal_ordered(house: House) -> None:
    publication.order_seal(rounds.command(house, "castagnet", "ethics"), house.office)


def embargoed(house: House) -> None:
    told = rounds.command(house, "lemoal", "ethics")
    publication.order_publication(
        publication.OrderPublication(
            dossier="ethics",
            by=told.by,
            key=told.key,
            not_before=house.now() + timedelta(days=2),
        ),
        house.office,
    )


def too_few(house: House) -> None:
    """Convene another text's session, to which three members come."""
    rounds.ready(house, SHORT)
    rounds.convened(house, SHORT, come=3)


def no_quorum(house: House) -> None:
    board.declare_no_quorum(rounds.command(house, "castagnet", SHORT), house.office)


def succeeded(house: House) -> None:
    rounds.sealed(house, NEXT, succeeds=OUT)
    rounds.publish(house, NEXT)


def withdrawal(house: House) -> None:
    told = rounds.command(house, "castagnet", NEXT)
    life.withdraw(
        life.Withdraw(
            dossier=NEXT,
            by=told.by,
            key=told.key,
            ground=ev.Ground.RESOLUTION,
            reference="2026-09",
            reason="Son objet a disparu.",
        ),
        house.office,
    )


def confirmed(house: House) -> None:
    life.confirm_withdrawal(rounds.command(house, "aubrac", NEXT), house.office)


def proposed(house: House) -> None:
    """Propose what is left of the text that is being translated."""
    acts.propose(
        house,
        "strategy",
        by=rounds.who(house, "fontanel"),
        translate=lambda unit: unit.target or "Texte à certifier.",
    )


def refused(house: House) -> None:
    rounds.decide(
        house, "vasseur", ev.Decision.REJECT, dossier="charter", reason="Ce n’est pas le moment."
    )


LATER: Sequence[State] = (
    State("answered", None, answered),
    State("saved aside", None, aside),
    State("voted", "aubrac", voted),
    State("session after a vote", "aubrac", at(SESSION)),
    State("adopted", "aubrac", at(SESSION), counted),
    State("adopted, to the secretary", "castagnet", at(SESSION), carried("ethics")),
    State("ready to seal", "castagnet", at("/dossiers/ethics/seal")),
    State("sealing", "castagnet", at("/dossiers/ethics/seal"), seal_ordered),
    State("sealed", "castagnet", at("/dossiers/ethics/seal"), carried("ethics")),
    State("ready to publish", "lemoal", at("/dossiers/ethics/publish")),
    State("embargoed", "lemoal", at("/dossiers/ethics/publish"), embargoed),
    State("three came", "castagnet", at(f"/dossiers/{SHORT}/session"), too_few),
    State("no quorum", "castagnet", at(f"/dossiers/{SHORT}/session"), no_quorum),
    State("dossier without quorum", "delmas", at(f"/dossiers/{SHORT}")),
    State("to certify", "roumier", at("/dossiers/strategy/pair"), proposed),
    State("refused by a reviewer", "delmas", at("/dossiers/charter"), refused),
    State("matrix after a refusal", "castagnet", at("/dossiers/charter/matrix")),
    State("superseded", None, verified(genuine), succeeded),
    State("superseded, published", None, at(f"/published/{OUT}")),
    State("withdrawal waits", "aubrac", at(f"/dossiers/{NEXT}/publish"), withdrawal),
    State("by its code", None, code),
    State("withdrawn", None, verified(copy(NEXT)), confirmed),
    State("withdrawn, published", None, at(f"/published/{NEXT}")),
)

EMPTY: Sequence[State] = (
    State("first run", None, at("/first-run")),
    *(
        State(f"empty {path}", handle, at(path))
        for path, handle in {
            "/": "vasseur",
            "/dossiers": "delmas",
            "/sessions": "castagnet",
            "/consultations": "castagnet",
            "/published": None,
            "/me/mail": "vasseur",
            "/admin": "carrel",
        }.items()
    ),
)
