"""The environment in which every Prefect process of a house runs: server, dispatcher, workers.

Everything that Prefect keeps lies in ``prefect/`` of the house, its logs in ``logs/``; its API is
on loopback and asks for the installation's own password; nothing is sent to anybody. Importing
Prefect takes more than a second and reads the environment once, so ``apply`` comes before it, and
this module does not import it. The server itself is in ``flows.prefect_server``.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path

FOLDER = "prefect"
"""The folder in the house that holds what Prefect keeps; it may be deleted at any time."""


def folder(home: Path) -> Path:
    """Give the folder of Prefect's own files, making it where there is none."""
    path = home / FOLDER
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def log_file(home: Path, name: str) -> Path:
    """Give the path of a log of this house, making its folder."""
    path = home / "logs"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path / f"{name}.log"


def database(home: Path) -> Path:
    """Give the path of Prefect's SQLite database."""
    return home / FOLDER / "prefect.db"


def secret(home: Path) -> str:
    """Give the ``user:password`` of this installation's Prefect, made at random the first time.

    It lies in a file that only its owner can read; a new one is made where it is gone or empty.
    """
    path = folder(home) / "password"
    try:
        found = path.read_text().strip()
    except FileNotFoundError:
        found = ""
    if found:
        return found
    made = f"enonce:{secrets.token_urlsafe(32)}"
    temporary = path.with_name(f".password.{os.getpid()}")
    temporary.unlink(missing_ok=True)
    file = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(file, "w") as out:
        out.write(made)
    temporary.replace(path)
    return made


def environment(home: Path, url: str) -> Mapping[str, str]:
    """Give what a process of this house that talks to Prefect's interface at ``url`` needs."""
    at = folder(home)
    password = secret(home)
    return {
        "DO_NOT_TRACK": "1",
        "PREFECT_HOME": str(at),
        "PREFECT_PROFILES_PATH": str(at / "profiles.toml"),
        "PREFECT_API_URL": url,
        "PREFECT_API_AUTH_STRING": password,
        "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
        "PREFECT_TELEMETRY_ENABLE_RESOURCE_METRICS": "false",
        "PREFECT_CLIENT_SERVER_VERSION_CHECK_ENABLED": "false",
        "PREFECT_CLIENT_CSRF_SUPPORT_ENABLED": "false",  # asked by password, not by cookie
        "PREFECT_LOGGING_CONFIG_PATH": str(_logging(home, "prefect")),
        "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
        "PREFECT_TASKS_DEFAULT_NO_CACHE": "true",
    }


def server_environment(home: Path, url: str, *, ui: bool) -> Mapping[str, str]:
    """Give what the server needs: the above, its database, its password, and only its own work.

    On: recording of runs and events, schedules, workers' health, deletion of what is a month old
    (nothing lives in Prefect between two gates). Off: automations, pauses and everything that
    would speak to others.
    """
    return {
        **environment(home, url),
        "PREFECT_LOGGING_CONFIG_PATH": str(_logging(home, "prefect-server")),
        "PREFECT_SERVER_API_AUTH_STRING": secret(home),
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{database(home)}",
        "PREFECT_SERVER_DATABASE_MIGRATE_ON_START": "false",
        "PREFECT_SERVER_REGISTER_BLOCKS_ON_START": "false",
        "PREFECT_SERVER_MEMOIZE_BLOCK_AUTO_REGISTRATION": "false",
        "PREFECT_SERVER_API_CORS_ALLOWED_ORIGINS": url.removesuffix("/api"),
        "PREFECT_SERVER_UI_ENABLED": "true" if ui else "false",
        "PREFECT_SERVER_UI_API_URL": url,
        "PREFECT_SERVER_UI_STATIC_DIRECTORY": str(folder(home) / "ui"),
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs,orphans",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(30 * 24 * 3600),
        "PREFECT_SERVER_SERVICES_PAUSE_EXPIRATIONS_ENABLED": "false",
        "PREFECT_SERVER_SERVICES_REPOSSESSOR_ENABLED": "false",
        "PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED": "false",
    }


def worker_environment(home: Path, url: str) -> Mapping[str, str]:
    """Give what a worker needs besides: which house its runs work on, and how often it asks.

    The runs inherit it. ``python`` in a command of ``prefect.yaml`` is the one of this process.
    """
    return {
        **environment(home, url),
        "ENONCE_HOME": str(home),
        "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", ""))),
        "PREFECT_WORKER_QUERY_SECONDS": "0.5",
        "PREFECT_WORKER_PREFETCH_SECONDS": "0",
    }


def kept_url(home: Path) -> str | None:
    """Give the address at which the house's server was last started, or None."""
    try:
        return f"http://127.0.0.1:{int((home / FOLDER / 'port').read_text())}/api"
    except (OSError, ValueError):
        return None


def apply(home: Path, url: str) -> None:
    """Set this process up to talk to the house's Prefect; call it before importing Prefect.

    Where Prefect was imported already, as in a process that opened another house before, its
    settings are read anew.
    """
    os.environ.update(environment(home, url))
    if "prefect" in sys.modules:
        from prefect.context import refresh_global_settings_context

        refresh_global_settings_context()


def _logging(home: Path, name: str) -> Path:
    """Write the logging configuration: JSON lines to a file, runs' lines to the server as well."""
    quiet = {"level": "WARNING", "handlers": ["file"], "propagate": False}
    run = {"level": "NOTSET", "handlers": ["api"]}
    configuration = {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {"class": "prefect.logging.formatters.JsonFormatter", "format": "default"}
        },
        "handlers": {
            "file": {
                "class": "flows.prefect_env.LogFile",
                "log": name,
                "formatter": "json",
            },
            "api": {"class": "prefect.logging.handlers.APILogHandler"},
            "worker_api": {"class": "prefect.logging.handlers.WorkerAPILogHandler"},
        },
        "loggers": {
            "prefect": {"level": "${PREFECT_LOGGING_LEVEL}", "handlers": ["file"]}
            | {"propagate": False},
            "prefect.extra": quiet,
            "prefect.flow_runs": run,
            "prefect.task_runs": run,
            "prefect.workers": {"level": "NOTSET", "handlers": ["worker_api"]},
            "prefect.server": {"level": "${PREFECT_SERVER_LOGGING_LEVEL}"},
            "uvicorn": quiet,
            "fastapi": quiet,
        },
        "root": {"level": "WARNING", "handlers": ["file"]},
    }
    path = folder(home) / f"{name}-logging.yml"
    text = json.dumps(configuration, indent=1)
    if not path.exists() or path.read_text() != text:
        temporary = path.with_name(f".{path.name}.{os.getpid()}")
        temporary.write_text(text)
        temporary.replace(path)
    return path


class LogFile(logging.Handler):
    """Appends lines to a log of the house that this process works for now.

    A line that cannot be written (the folder is gone, the disk full) is lost and stops nothing.
    """

    def __init__(self, log: str) -> None:
        super().__init__()
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line, and let the file go again."""
        try:
            path = Path(os.environ["PREFECT_HOME"]).parent / "logs" / f"{self._log}.log"
            with path.open("a", encoding="utf-8") as file:
                file.write(self.format(record) + "\n")
        except (OSError, KeyError, TypeError, ValueError):
            return
