"""Writes the tables and the diagram of docs/approvals/road.md by walking the road.

``python -m tests.approvals.roads`` rewrites them; ``test_docs`` fails where they differ from the
code. Who may act, where an act is possible and where it leads is what ``approvals.policy`` and the
real handlers answer in a town of its own; only the walks are written down here.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from approvals import events as ev
from approvals import policy, terms
from approvals.board import Attendance
from approvals.circuits import AtDeadline
from approvals.errors import ApprovalError, GuardError
from approvals.handlers import (
    board,
    deadlines,
    drafts,
    findings,
    life,
    links,
    press,
    publication,
    remarks,
    review,
    waiver,
)
from approvals.ledger import Entry
from approvals.names import Role
from approvals.policy import Stage
from approvals.standing import State
from tests.approvals.town import ACTS, CIRCUIT, PEOPLE, Act, Town, gather, voted

ROAD = Path(__file__).resolve().parents[2] / "docs" / "approvals" / "road.md"
HOUSE = "the house"

HANDLERS: Mapping[Callable[..., Entry], str] = {
    drafts.open_dossier: "submit",
    drafts.submit_draft: "submit",
    drafts.request_translation: "translate",
    drafts.record_translation: Stage.TRANSLATE,
    drafts.propose_translation: "revise",
    drafts.certify_pairs: "certify",
    drafts.record_pair: Stage.ALIGN,
    review.open_review: "review",
    review.decide: "decide",
    waiver.vouch_typography: "vouch",
    waiver.waive_typography: "waive",
    deadlines.pass_deadline: Stage.DEADLINE,
    board.convene: "convene",
    board.recall: "recall",
    board.send_papers: "papers",
    board.attend: "attend",
    board.declare_no_quorum: "no-quorum",
    board.object_to_writing: "object",
    board.open_ballot: "open-ballot",
    board.vote: "vote",
    board.drop_vote: "vote",
    board.amend: "amend",
    board.defer: "defer",
    board.close_ballot: "close-ballot",
    board.certify_conformity: "conform",
    board.certify_extract: "extract",
    publication.record_resolution: Stage.RESOLUTION,
    publication.order_seal: "seal",
    publication.record_seal: Stage.SEAL,
    press.add_quote: "quote",
    press.approve_quote: "approve-quote",
    press.drop_quote: "drop-quote",
    press.keep_press_release: "press-release",
    publication.order_publication: "publish",
    life.supersede: Stage.SUCCESSION,
    life.settle_succession: Stage.SUCCESSION,
    life.withdraw: "withdraw",
    life.confirm_withdrawal: "confirm-withdrawal",
    life.propose_erratum: "erratum",
    life.certify_erratum: "certify-erratum",
    life.record_erratum: Stage.ERRATUM,
    publication.record_publication: Stage.PUBLISH,
    drafts.abandon: "abandon",
    links.link_document: "link",
    findings.attach_consultation: "attach",
    findings.link_finding: "link-finding",
    findings.waive_finding: "waive-finding",
    remarks.make_remark: "remark",
    remarks.answer_remark: "answer-remark",
    remarks.close_remark: "close-remark",
}

Way = tuple[State, str, State]

QUIET = replace(
    CIRCUIT,
    steps=(
        replace(CIRCUIT.steps[0], at_deadline=AtDeadline.NO_OPINION),
        CIRCUIT.steps[1],
    ),
)
"""Two steps in parallel, of which one may end without an opinion."""


@dataclass
class Walker(Town):
    """A town that remembers which act led from where to where."""

    ways: set[Way] = field(default_factory=set)

    @classmethod
    def from_(cls, town: Town) -> Walker:
        copy = town.another()
        return cls(copy.paper, copy.clock, copy.ids, copy.text, copy.french, copy.keys)

    def bring(
        self, handler: Callable[[Any, Any], Entry], command: type[Any], by: str, **fields: Any
    ) -> Entry:
        before = self.state
        entry = super().bring(handler, command, by, **fields)
        if handler in HANDLERS:
            self.ways.add((before, _name(HANDLERS[handler]), self.state))
        return entry


def _name(act: str) -> str:
    return f"{HOUSE}: {terms.term(act)}" if isinstance(act, Stage) else act


def new_text(town: Town) -> None:
    town.text["00000001"] = f"{town.text['00000001']} Anew."
    town.submit()


def everybody_approves(town: Town) -> None:
    for who in ("legal", "schools", "one", "two"):
        town.decide(who)


def same_words_again(town: Town) -> None:
    """Another translator takes a paragraph over without changing what it says."""
    town.propose(by="second-translator", only=["00000001"])
    town.certify()
    town.align()


def after_deadlines(town: Town) -> None:
    """Let every deadline of a circuit that goes on in silence pass but the last."""
    town.review(circuit=QUIET)
    town.decide("schools")
    town.expire()
    town.pass_deadline("legal")


def respelled(town: Town) -> None:
    """Everything was approved, one paragraph changed in its typography, and two persons say so."""
    everybody_approves(town)
    town.respell()
    town.review()
    town.vouch()
    town.waive()


def respelled_before_review(town: Town) -> None:
    town.respell()
    town.vouch()
    town.waive()


def settled(town: Town) -> None:
    """The text succeeds another, which was withdrawn meanwhile."""
    opened = town.dossier.opened
    assert opened is not None
    town.successor("earlier", succeeds=None)
    town.inject(ev.Withdrawn(ev.SYSTEM), "earlier")
    town.inject(replace(opened, succeeds="earlier"))
    town.settle()


def in_session(town: Town) -> None:
    town.begin()
    town.attend("S1")


def in_writing(town: Town) -> None:
    """Decide in writing, with nobody taking part: no quorum in the end."""
    town.convene_in_writing()
    town.begin()
    town.open_ballot()
    town.vote("m2", "S2")
    town.later(days=5)
    town.no_quorum()


def objected(town: Town) -> None:
    """Two members want to meet, before the vote begins."""
    town.convene_in_writing()
    town.object("m2", "S2")
    town.object("m3", "S3")


def objected_late(town: Town) -> None:
    """Two members want to meet, one of them while the vote goes on."""
    town.convene_in_writing()
    town.object("m2", "S2")
    town.begin()
    town.open_ballot()
    town.object("m3", "S3")


def objected_once(town: Town) -> None:
    """One member wants to meet while the vote goes on, which is not enough."""
    town.convene_in_writing()
    town.begin()
    town.open_ballot()
    town.object("m3", "S3")


def conforming(town: Town) -> None:
    """From an adopted amendment to the order of the seal."""
    town.translate_amendment()
    town.conform("reviser")
    town.conform("secretary")
    town.write_resolution()
    town.extract()
    town.order_seal()


TRIES: tuple[Act, ...] = (
    *ACTS.values(),
    new_text,
    lambda town: (town.attach(), town.lay()),
    lambda town: (town.attach(), town.waive_finding()),
    lambda town: (town.translate(), town.prepare()),
    lambda town: town.propose(by="second-translator", only=["00000001"]),
    lambda town: town.propose(only=["00000002"], word="better "),
    lambda town: (town.propose(), town.certify(), town.align()),
    lambda town: (same_words_again(town), town.review()),
    everybody_approves,
    lambda town: town.refuse("legal", "00000002"),
    lambda town: town.decide("legal", ev.Decision.REJECT),
    lambda town: town.decide("legal", ev.Decision.ABSTAIN),
    after_deadlines,
    lambda town: (town.expire(), town.pass_deadline()),
    respelled,
    respelled_before_review,
    in_session,
    lambda town: (town.begin(), town.no_quorum()),
    lambda town: (gather(town), town.open_ballot()),
    lambda town: (town.convene(papers=False), town.send_papers()),
    in_writing,
    objected,
    objected_late,
    objected_once,
    lambda town: (gather(town), town.open_ballot(secret=True), town.drop_vote("m2", "S2")),
    lambda town: (town.open_ballot(), voted("for", "for")(town), town.close_ballot()),
    lambda town: (town.open_ballot(), town.amend()),
    conforming,
    lambda town: (voted("for", "for", "against")(town), town.close_ballot()),
    lambda town: (voted("against", "for", "against")(town), town.close_ballot()),
    lambda town: (town.write_resolution(), town.extract(), town.order_seal()),
    Town.seal,
    Town.publish,
    lambda town: (town.remark(), town.answer_remark(), town.close_remark()),
    lambda town: (town.quote(), town.approve_quote()),
    lambda town: (town.quote(), town.drop_quote()),
    lambda town: (town.successor(), town.supersede()),
    settled,
    lambda town: (town.withdraw_text(), town.confirm_withdrawal()),
    lambda town: (town.correct(), town.certify_correction(), town.publish_correction()),
)
"""What is tried in every state; most of it is refused in most of them."""


def attempt(town: Town, act: Act) -> None:
    """Try an act that may well be refused, or make no sense where the dossier stands."""
    with suppress(ApprovalError, AssertionError, KeyError):
        act(town)


@cache
def ways() -> frozenset[Way]:
    """Every way that an act was found to lead."""
    found: set[Way] = set()
    for state in State:
        for act in TRIES:
            town = Walker.from_(Town.at(state))
            attempt(town, act)
            found |= town.ways
    return frozenset(found)


def stroll(seed: int, steps: int) -> set[Way]:
    """The ways that a walk at random takes."""
    rng = random.Random(seed)
    town = Walker.from_(Town.at(rng.choice([State.NEW, State.ALIGNED, State.BOARD_READY])))
    more: list[Act] = [
        lambda town: town.attend("S2", Attendance.REMOTE),
        lambda town: town.vote("m2", "S2", rng.choice(list(ev.Choice))),
        lambda town: town.later(days=rng.randint(1, 9)),
        Town.approved,
        Town.certified,
    ]
    for _ in range(steps):
        attempt(town, rng.choice([*TRIES, *more]))
    return town.ways


@cache
def who(act: str) -> tuple[Role, ...]:
    """The roles in whose hands an act is not refused for want of a role."""
    state = next(state for state in State if state in policy.ALLOWED[act])
    return tuple(role for role in Role if _may(act, state, role))


def _may(act: str, state: State, role: Role) -> bool:
    town = Town.at(state)
    for handle, roles in PEOPLE.items():
        if Role.ADMINISTRATOR not in roles:
            town.enrol(handle, role)
    try:
        ACTS[act](town)
    except GuardError as error:
        return error.guard != f"role:{act}"
    except ApprovalError:
        return True
    return True


def _words(states: set[State] | frozenset[State]) -> str:
    return ", ".join(terms.STATE_NAMES[state] for state in State if state in states)


def acts() -> str:
    """The table of acts."""
    lines = ["| act | who | in the states | leads to |", "|---|---|---|---|"]
    for act, allowed in policy.ALLOWED.items():
        roles = ", ".join(terms.term(role) or role for role in who(act))
        lines.append(f"| `{act}` | {roles} | {_words(allowed)} | {_ends(act)} |")
    for stage in Stage:
        name = _name(stage)
        begin = {before for before, act, _ in ways() if act == name}
        lines.append(f"| {terms.term(stage)} | {HOUSE} | {_words(begin)} | {_ends(name)} |")
    return "\n".join(lines)


def _ends(act: str) -> str:
    found = {after for before, name, after in ways() if name == act and after is not before}
    return _words(found) or "–"


def states() -> str:
    """The table of states."""
    lines = ["| state | acts that are possible | what the house does |", "|---|---|---|"]
    for state in State:
        possible = ", ".join(f"`{act}`" for act, where in policy.ALLOWED.items() if state in where)
        found = {act for before, act, _ in ways() if before is state and act.startswith(HOUSE)}
        own = [terms.term(stage) or stage for stage in Stage if _name(stage) in found]
        lines.append(
            f"| {terms.STATE_NAMES[state]} | {possible or '–'} | {', '.join(own) or '–'} |"
        )
    return "\n".join(lines)


def diagram() -> str:
    """The states as a Mermaid diagram; giving a text up is left to the table."""
    lines = ["```mermaid", "stateDiagram-v2"]
    shown = {
        (before, after): sorted(
            act for one, act, two in ways() if (one, two) == (before, after) and act != "abandon"
        )
        for before in State
        for after in State
        if before is not after
    }
    drawn = {state for pair, names in shown.items() if names for state in pair}
    lines += [
        f'    state "{terms.STATE_NAMES[state]}" as {state.name}'
        for state in State
        if state in drawn
    ]
    lines.append(f"    [*] --> {State.NEW.name}")
    lines += [
        f"    {before.name} --> {after.name}: {', '.join(names).replace(':', ' –')}"
        for (before, after), names in shown.items()
        if names
    ]
    ends = (State.SUPERSEDED, State.WITHDRAWN, State.PUBLISHED)
    lines += [*(f"    {state.name} --> [*]" for state in ends), "```"]
    return "\n".join(lines)


PARTS: Mapping[str, Callable[[], str]] = {"acts": acts, "states": states, "diagram": diagram}


def rewritten(text: str) -> str:
    """Put every part in its place, between ``<!-- name -->`` and ``<!-- /name -->``."""
    for name, part in PARTS.items():
        before, begin, rest = text.partition(f"<!-- {name} -->\n")
        _, end, after = rest.partition(f"<!-- /{name} -->")
        if not begin or not end:
            raise ValueError(f"no place for {name}")
        text = f"{before}{begin}\n{part()}\n\n{end}{after}"
    return text


if __name__ == "__main__":
    ROAD.write_text(rewritten(ROAD.read_text(encoding="utf-8")), encoding="utf-8")
