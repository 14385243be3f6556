"""The scheduled flow carries out what circuits say of silence, on a real Prefect server."""

from __future__ import annotations

from pathlib import Path

import pytest

from approvals.circuits import AtDeadline
from approvals.standing import StepStatus
from flows import founding
from flows.prefect_server import PrefectServer
from tests.flows import rounds
from tests.flows.rounds import NAME, who

pytestmark = pytest.mark.needs_prefect


def test_the_scheduled_flow_records_deadlines_once_and_lists_them(
    server: PrefectServer, tmp_path: Path
) -> None:
    from flows.reminders import reminders
    from flows.travel import inside

    house, watch = rounds.started(tmp_path / "house")
    try:
        rounds.in_review(house)
        watch.later(days=8)
        with inside(house):
            reminders()
        dossier = house.dossier(NAME)
        passed = dossier.lapsed["legal"]
        assert passed.policy is AtDeadline.ESCALATE
        assert passed.to == (who(house, "marsaudon"),)
        assert dossier.status("legal") is StepStatus.OPEN
        size, head = house.store.head()
        with inside(house):
            reminders()
        assert house.store.head() == (size, head)
    finally:
        house.close()


def test_the_sample_s_circuit_names_whom_to_escalate_to() -> None:
    assert "escalate_to" in (founding.sample_folder() / "circuit.toml").read_text("utf-8")
