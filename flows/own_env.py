"""What every Prefect process of a house is told: where it keeps its things, and to phone nobody.

Imports nothing of Prefect: a process has to be told before it loads it (1.2 s that most commands do
not need).
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

UNNEEDED = (
    "CANCELLATION_CLEANUP",
    "DB_VACUUM",
    "EVENT_LOGGER",
    "FOREMAN",
    "LATE_RUNS",
    "PAUSE_EXPIRATIONS",
    "REPOSSESSOR",
    "CLEANUP_RECONCILER",
    "SCHEDULER",
    "TRIGGERS",
)
"""Services of Prefect's server that an embedded house has no use for: nothing is scheduled, paused
or leased in it. A server of its own, for workers, runs them all."""


def secret(home: Path) -> str:
    """Give the house's credentials for its Prefect API, making them at first."""
    path = home / "keys" / "prefect-api"
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(file, "w") as out:
        out.write(f"enonce:{secrets.token_urlsafe(24)}")
    return path.read_text().strip()


def common(home: Path) -> dict[str, str]:
    """Give what server and client share."""
    folder = home / "prefect"
    folder.mkdir(mode=0o700, exist_ok=True)
    return {
        "PREFECT_HOME": str(folder),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
        "PREFECT_LOGGING_TO_API_ENABLED": "false",
        "PREFECT_LOGGING_LEVEL": "WARNING",
        "PREFECT_LOGGING_SERVER_LEVEL": "WARNING",
        "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",
    }


def server(home: Path) -> dict[str, str]:
    """Give the environment of the house's own Prefect server."""
    told = common(home) | {
        "PREFECT_SERVER_API_AUTH_STRING": secret(home),
        "PREFECT_API_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{database(home)}",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    }
    told |= {f"PREFECT_SERVER_SERVICES_{name}_ENABLED": "false" for name in UNNEEDED}
    return told


def database(home: Path) -> Path:
    """Give the file of the embedded server's database: disposable, holds no decision."""
    return home / "prefect" / "prefect.db"


def apply(home: Path, url: str | None = None) -> None:
    """Tell this process, before it loads Prefect, whose client it is."""
    os.environ.update(common(home))
    if url is not None:
        os.environ["PREFECT_API_URL"] = url
        os.environ["PREFECT_API_AUTH_STRING"] = secret(home)
