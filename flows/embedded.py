"""A house that runs by itself in this process: Prefect server as a child, dispatcher, flow.

``Service`` is what ``enonce serve`` and ``enonce demo`` run; ``drain`` is what a single command
runs when no service does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Self

from approvals import policy
from flows import own_env as prefect_env
from flows.own_dispatch import Dispatcher, HouseLock
from flows.house import House
from flows.own_server import PrefectServer
from locales.errors import N_

Progress = Callable[[str, Mapping[str, object]], None]


class Service:
    """Everything that runs for one house, started and stopped together."""

    def __init__(self, house: House) -> None:
        self.house = house
        self._lock = HouseLock(house.home)
        self.server = PrefectServer(house.home)
        self.dispatcher = Dispatcher(house, self._start_run)

    def __enter__(self) -> Self:
        prefect_env.apply(self.house.home, self.server.url)
        self.server.start()
        self.dispatcher.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.dispatcher.stop()
        self.server.stop()
        self._lock.release()

    @property
    def server_seconds(self) -> float:
        """Seconds that went by until Prefect's server answered."""
        return self.server.seconds

    def settle(self, dossier_id: str) -> None:
        """Wait until nothing is left to do for a dossier; raise what its stage raised."""
        self.dispatcher.settle(dossier_id)

    def sweep(self) -> None:
        """Look for what has come due by the clock."""
        self.dispatcher.sweep()

    def _start_run(self, dossier_id: str, errand: int) -> None:
        self.server.wait()
        from flows.embedded_run import run_statement

        run_statement(self.house, self.server.url, dossier_id, errand)


def drain(house: House, progress: Progress) -> int:
    """Carry out everything that is due now and give the number of stages that were."""
    count = 0
    progress(N_("No service is running: this command does what is due itself."), {})
    with Service(house) as service:
        while due := [
            (one.id, stage)
            for one in house.dossiers()
            if (stage := policy.due(one, house.now())) is not None
        ]:
            for dossier_id, stage in due:
                progress(N_("{dossier}: {stage}…"), {"dossier": dossier_id, "stage": stage.value})
                service.sweep()
                service.settle(dossier_id)
                count += 1
    return count
