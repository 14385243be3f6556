"""Runs the statement's flow in this process against the house's own Prefect server.

Apart from ``flows.embedded``, because it loads Prefect.
"""

from __future__ import annotations

from prefect.settings import (
    PREFECT_API_AUTH_STRING,
    PREFECT_API_URL,
    PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
    PREFECT_LOGGING_TO_API_ENABLED,
    temporary_settings,
)

from flows import prefect_env
from flows.house import House
from flows.statement import statement
from flows.travel import inside


def run_statement(house: House, url: str, dossier_id: str, errand: int) -> None:
    """Run the flow once; raise what a stage raised.

    The heartbeat is off: joining its thread would cost 0.9 s of each run.
    """
    told = {
        PREFECT_API_URL: url,
        PREFECT_API_AUTH_STRING: prefect_env.secret(house.home),
        PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None,
        PREFECT_LOGGING_TO_API_ENABLED: False,
    }
    with temporary_settings(told), inside(house):
        state = statement(dossier_id, errand, return_state=True)
        if state.is_failed() or state.is_crashed():
            state.result(raise_on_failure=True)
