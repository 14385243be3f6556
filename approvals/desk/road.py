"""The road: seven stations under the printer's thick-and-thin rule, the header of every page.

Thick is the authoritative language, thin the other. It leaves at Translation and joins again at the
Seal. Each station takes 100 units of the drawing's 700.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from approvals.dossier import Dossier
from approvals.errors import N_
from approvals.standing import State
from approvals.todo import Task

STATIONS: Final = (
    N_("Consultation"),
    N_("Draft"),
    N_("Translation"),
    N_("Review"),
    N_("Board"),
    N_("Seal"),
    N_("Publication"),
)

PLACES: Final[Mapping[State, int]] = {
    State.NEW: 1,
    State.DRAFT: 1,
    State.CHANGES_REQUESTED: 1,
    State.ABANDONED: 1,
    State.TRANSLATING: 2,
    State.ALIGNED: 3,
    State.IN_REVIEW: 3,
    State.BOARD_READY: 4,
    State.CONVENED: 4,
    State.NO_QUORUM: 4,
    State.VOTING: 4,
    State.AMENDING: 4,
    State.REJECTED: 4,
    State.DEFERRED: 4,
    State.ADOPTED: 5,
    State.CONFORMITY: 5,
    State.SEALING: 5,
    State.SEALED: 6,
    State.EMBARGOED: 6,
    State.PUBLISHED: 6,
    State.SUPERSEDED: 6,
    State.WITHDRAWN: 6,
}
"""The station, from 0, at which each state stands."""

_LEAVES, _JOINS = 2, 5
_THIN: Final = "M200 8C212 8 213 21 225 21"
_OUT: Final = frozenset({State.PUBLISHED, State.SUPERSEDED, State.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class Rail:
    """One line of the drawing: its class and its way."""

    kind: str
    way: str


@dataclass(frozen=True, slots=True)
class Station:
    """One station: its name (an English sentence), where it leads, how it stands, what is said."""

    name: str
    href: str
    kind: str
    said: Sequence[str] = ()
    strong: str = ""


@dataclass(frozen=True, slots=True)
class Road:
    """The whole drawing. ``place`` is the present station from 0; -1 where there is none."""

    rails: Sequence[Rail]
    stations: Sequence[Station]
    place: int
    full: bool = False
    end: bool = False
    dossier: Dossier | None = None
    public: bool = False
    """Whether it leads to nothing but the published page."""


def of(dossier: Dossier, said: Mapping[int, Sequence[str]], *, full: bool = False) -> Road:
    """Draw one dossier's road; ``said`` has what stands under a station."""
    place = PLACES[dossier.state]
    end = dossier.state in _OUT
    stale = dossier.draft is not None and bool(dossier.targets) and not dossier.aligned
    base = f"/dossiers/{dossier.id}"
    reached = {
        **({0: f"{base}/findings"} if dossier.consultations else {}),
        1: f"{base}/submit",
        2: f"{base}/pair",
        3: f"{base}/matrix",
        6: f"{base}/published",
    }
    return Road(
        rails=tuple(_rails(place, end, stale)),
        stations=tuple(
            Station(
                name,
                reached.get(number, "") if number <= place or number in (1, 2, 3) else "",
                _kind(number, place, end),
                said.get(number, ()),
            )
            for number, name in enumerate(STATIONS)
        ),
        place=place,
        full=full,
        end=end,
        dossier=dossier,
    )


def _kind(number: int, place: int, end: bool) -> str:
    stands = "here" if number == place else "done" if number < place else "todo"
    return f"{stands} both" if _LEAVES <= number < _JOINS else stands


def _rails(place: int, end: bool, stale: bool) -> list[Rail]:
    here = 100 * place
    whole = f"{_THIN}H475C487 21 488 8 500 8"
    if end:
        return [Rail("fr done", "M0 8H700"), Rail("done", whole)]
    rails = [Rail("fr", f"M{here} 8H700")]
    if place <= _LEAVES:
        rails.append(Rail("", whole))
        rails.append(Rail("fr done", f"M0 8H{here}"))
    elif place < _JOINS:
        rails.append(Rail("", f"M{here} 21H475C487 21 488 8 500 8"))
        rails.append(Rail("fr done", f"M0 8H{here}"))
        rails.append(Rail("done", f"{_THIN}H{here}"))
    else:
        rails.append(Rail("fr done", f"M0 8H{here}"))
        rails.append(Rail("done", whole))
    if stale and place >= _LEAVES:
        rails.append(Rail("stale", f"M225 21H{min(here + 100, 475)}"))
    return rails


def for_anybody(dossier: Dossier) -> Road:
    """Draw a published dossier's road for somebody who sees nothing else of it."""
    drawn = of(dossier, {})
    bare = tuple(replace(one, href="") for one in drawn.stations)
    return replace(drawn, stations=bare, public=True)


def of_all(dossiers: Sequence[Dossier], tasks: Sequence[Task]) -> Road:
    """Draw the road with all open dossiers on it, and how many wait for the person where."""
    mine: dict[int, int] = {}
    for task in tasks:
        place = PLACES[task.summary.state]
        mine[place] = mine.get(place, 0) + 1
    waiting = {task.summary.dossier for task in tasks}
    others: dict[int, int] = {}
    for dossier in dossiers:
        if dossier.id not in waiting and dossier.state not in _OUT | {State.ABANDONED}:
            place = PLACES[dossier.state]
            others[place] = others.get(place, 0) + 1
    return Road(
        rails=(Rail("fr", "M0 8H700"), Rail("", f"{_THIN}H475C487 21 488 8 500 8")),
        stations=tuple(
            Station(
                name,
                "",
                "both" if _LEAVES <= number < _JOINS else "",
                (str(others[number]),) if number in others else (),
                str(mine[number]) if number in mine else "",
            )
            for number, name in enumerate(STATIONS)
        ),
        place=-1,
    )
