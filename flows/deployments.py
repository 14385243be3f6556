"""The deployments of ``prefect.yaml`` on the house's own server, registered where they are missing.

Prefect's database may be deleted at any time, so the service looks for them at each start and
whenever a run finds none. They are registered by ``prefect deploy`` itself, as an operator would;
the work pool is made here, because Prefect's command asks a registry on the network for its form.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import structlog

from approvals.errors import ApprovalError
from flows import prefect_env
from flows.prefect_api import Api
from locales.errors import N_

FILE = "prefect.yaml"
POOL = "enonce"
NAME = "statement/statement"
"""The flow and the deployment that carry a dossier."""

log = structlog.get_logger("enonce.deployments")

_DEPLOYING = threading.Lock()


class NotDeployedError(ApprovalError):
    """The deployments of a house are not on its Prefect server and could not be put there."""


def file() -> Path:
    """Give the path of ``prefect.yaml``: the repository's, or the one that was installed."""
    here = Path(__file__).resolve().parent
    return next((path for path in (here.parent / FILE, here / FILE) if path.is_file()), here / FILE)


def ensure(home: Path, api: Api) -> str:
    """Give the id of the statement's deployment, registering all of them where it is missing.

    Raises ``NotDeployedError`` with where to read why.
    """
    with _DEPLOYING:
        found = api.get(f"/deployments/name/{NAME}")
        if found is None:
            _make_pool(api)
            _deploy(home, api.url)
            found = api.get(f"/deployments/name/{NAME}")
    if found is None:
        raise NotDeployedError(
            N_(
                "Prefect does not know the deployment {name} and it could not be registered. "
                "“enonce prefect deploy --all --prefect-file {file}” says why."
            ),
            name=NAME,
            file=str(file()),
        )
    return str(found["id"])


def _make_pool(api: Api) -> None:
    if api.get(f"/work_pools/{POOL}") is not None:
        return
    from prefect.workers.process import ProcessWorker

    template: dict[str, Any] = ProcessWorker.get_default_base_job_template()
    api.post(
        "/work_pools/",
        {
            "name": POOL,
            "type": "process",
            "description": "Processes that carry dossiers on; docs/flows/deployments.md",
            "base_job_template": template,
        },
    )


def _deploy(home: Path, url: str) -> None:
    done = subprocess.run(
        command("deploy", "--all", "--prefect-file", str(file())),
        env=os.environ | prefect_env.worker_environment(home, url),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if done.returncode:
        log.error("deploy", code=done.returncode, said=(done.stdout + done.stderr)[-4000:])
    else:
        log.info("deploy", file=str(file()))


def command(*words: str) -> list[str]:
    """Give Prefect's own command with ``words``, which never asks back."""
    return [sys.executable, "-m", "prefect", "--no-prompt", *words]
