"""Prefect's own command line, told where the house's server is and which house it is."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from flows import console
from flows.console import tr


def register(app: typer.Typer) -> None:
    """Put this command on the command line."""
    app.command(
        help=tr("Run Prefect’s own command for this house: deploy, worker, flow-run…"),
        context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    )(prefect)


def prefect(
    words: Annotated[list[str] | None, typer.Argument(help=tr("Prefect’s own words."))] = None,
) -> None:
    from approvals.errors import N_, ApprovalError
    from flows import deployments, dispatch, prefect_env

    house = console.house()
    url = prefect_env.kept_url(house.home)
    if url is None or not dispatch.is_running(house.home):
        raise ApprovalError(
            N_("Prefect’s server of {home} is not running. “enonce serve” starts it."),
            home=str(house.home),
        )
    environment = os.environ | prefect_env.worker_environment(house.home, url)
    house.close()
    command = deployments.command(*(words or ()))
    os.execve(command[0], command, environment)  # noqa: S606
