"""The stages of the road: what the house does by itself between two human acts.

Each is one file with ``run(house, dossier_id)``, which reads the ledger, makes content-addressed
outputs, and records them through a handler. Running one twice gives the same bytes once. A new
stage is one file, one line here, and one line in ``flows.statement``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from approvals.policy import Stage
from flows.stages import align, deadline, erratum, publish, resolution, seal, succession, translate

if TYPE_CHECKING:
    from flows.house import House

RUNS: Final[Mapping[Stage, Callable[[House, str], str]]] = {
    Stage.TRANSLATE: translate.run,
    Stage.ALIGN: align.run,
    Stage.DEADLINE: deadline.run,
    Stage.RESOLUTION: resolution.run,
    Stage.SEAL: seal.run,
    Stage.PUBLISH: publish.run,
    Stage.SUCCESSION: succession.run,
    Stage.ERRATUM: erratum.run,
}
