"""The live picture of the road in a terminal: the stations, the present place, what happened.

Where the output is no terminal, the same lines are printed one after the other.
"""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.console import Console, Group
from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

from approvals.standing import State
from flows.console import wrapped
from flows.showing import ROAD, station
from locales.catalog import say

TRAVELLED, HERE, AHEAD = "●", "◆", "○"


class Picture:
    """Draws the road while a demonstration travels it."""

    def __init__(self, language: str, *, quiet: bool = False) -> None:
        self._language = language
        self._quiet = quiet
        self._console = Console(quiet=quiet, highlight=False)
        self._state = State.NEW
        self._live: Live | None = None

    def __enter__(self) -> Self:
        if self._console.is_terminal and not self._quiet:
            self._live = Live(
                self._draw(), console=self._console, refresh_per_second=8, transient=False
            )
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._live is not None:
            self._live.update(self._road())
            self._live.stop()

    def tell(self, line: str) -> None:
        """Say one thing that happened, above the road."""
        indent = len(line) - len(line.lstrip())
        text = f"{' ' * 2 if indent else '· '}{line}"
        self._console.print(Text(wrapped(text, " " * (indent + 2))), soft_wrap=True)

    def arrive(self, state: State) -> None:
        """Move the present place to where ``state`` stands."""
        moved = station(state) != station(self._state)
        self._state = state
        if self._live is not None:
            self._live.update(self._draw())
        elif moved:
            self._console.print(self._road(), soft_wrap=True)

    def _draw(self) -> Group:
        return Group(Text(), self._road(), Spinner("dots", text=self._said(self._state)))

    def _said(self, state: State) -> Text:
        from approvals.terms import STATE_NAMES

        return Text(say(STATE_NAMES[state], self._language), style="dim")

    def _road(self) -> Text:
        here = station(self._state)
        arrived = self._state in (State.PUBLISHED, State.SUPERSEDED, State.WITHDRAWN)
        road = Text()
        for place, (name, _) in enumerate(ROAD):
            behind = place < here or arrived
            mark = TRAVELLED if behind else HERE if place == here else AHEAD
            style = "green" if behind else "bold" if place == here else "dim"
            if place:
                road.append(" ─ ", style="green" if behind or place == here else "dim")
            road.append(f"{mark} {say(name, self._language)}", style=style)
        return road
