"""``enonce serve``: the desk, the dispatcher and Prefect's server of one house, until Ctrl-C.

Stopping it at any moment, however roughly, loses nothing: the ledger says what is due.
"""

from __future__ import annotations

import contextlib
import shutil
import signal
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import structlog
import uvicorn

from approvals.desk import demo as demo_pages
from approvals.desk.auth.oidc import Provider
from approvals.desk.auth.reception import Reception
from approvals.desk.auth.site import Site
from approvals.desk.look import open_desk
from approvals.errors import ApprovalError
from approvals.store.errors import DatabaseError
from flows import console, demo_desk, desk, dispatch, embedded
from flows.console import tell, warn
from flows.demo import MARK
from flows.house import House
from flows.prefect_server import PrefectStoppedError
from flows.settings import Settings, SignOff
from locales.glossary import load_dictionaries

HOUR = 3600.0
log = structlog.get_logger("enonce.serve")


class _Server(uvicorn.Server):
    """Says when it listens."""

    def __init__(self, config: uvicorn.Config, address: str, code: str | None, demo: bool) -> None:
        super().__init__(config)
        self._address, self._code, self._demo = address, code, demo

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen, then say where."""
        await super().startup(sockets)
        tell("The house is open: {address}. Ctrl-C closes it.", address=f"{self._address}/")
        if self._demo:
            tell("Choose who you are: {address}", address=f"{self._address}/demo")
        elif self._code is not None:
            tell(
                "Nobody can sign in yet. Within an hour, an administrator opens {address} and "
                "gives this code: {code}",
                address=f"{self._address}/first-run",
                code=self._code,
            )


def serve(house: House, port: int, *, demo: bool = False) -> int:
    """Run the house in the foreground and give the exit code."""
    try:
        listening = socket.create_server(("127.0.0.1", port))
    except OSError as fault:
        warn(
            "Port {port} cannot be used ({reason}). Choose another with --port.",
            port=str(port),
            reason=fault.strerror or str(fault),
        )
        return 1
    here = f"http://localhost:{listening.getsockname()[1]}"
    told = embedded.Service(
        house, lambda line, data: tell(line, **data), runs=house.settings.runs, mail=True
    )
    with listening, told as service:
        threading.Thread(target=_ready, args=(service,), daemon=True).start()
        site = Site(house.settings.desk_url or here)
        founded = house.register().founded
        reception = Reception.over(
            house.store,
            house.clock,
            site,
            provider=_provider(house.settings),
            house=founded.institution.in_(console.GLOBALS.lang) if founded else "Énoncé",
        )
        more = demo_pages.routes(reception) if demo else []
        config = uvicorn.Config(
            open_desk(
                desk.desk(house, lambda: _healthy(service)),
                reception,
                more,
                must_sign=house.settings.sign_off is SignOff.REQUIRED,
            ),
            log_config=None,
            access_log=False,  # an address may have a respondent's token in it
            timeout_graceful_shutdown=2,
            proxy_headers=house.settings.desk_url is not None,
            server_header=False,
        )
        # Uvicorn raises the signal that ended it once more, after it has closed.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        code = None if demo else reception.first_run_code()
        with contextlib.suppress(KeyboardInterrupt), _housekeeping(reception):
            _Server(config, here, code, demo).run(sockets=[listening])
    tell("The house is closed.")
    return 0


@contextlib.contextmanager
def _housekeeping(reception: Reception) -> Iterator[None]:
    """Warm what the first page would wait for, and every hour take away what has run out."""
    over = threading.Event()

    def keep() -> None:
        load_dictionaries()
        while True:
            try:
                reception.rows.sweep()
            except DatabaseError as fault:
                log.warning("sweep", exc_info=fault)
            if over.wait(HOUR):
                return

    thread = threading.Thread(target=keep, name="housekeeping", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(5)


def demonstration(home: Path) -> House | None:
    """Furnish a house for ``--demo`` in ``home``; None where something else lies there."""
    if home.exists() and any(home.iterdir()) and not (home / MARK).exists():
        warn(
            "{folder} holds something else than a demonstration. "
            "Choose another folder with --home.",
            folder=str(home),
        )
        return None
    if dispatch.is_running(home):
        warn("A demonstration is open in {folder} already. Close it first.", folder=str(home))
        return None
    shutil.rmtree(home, ignore_errors=True)
    tell(
        "A house is being furnished in {folder}: texts in several states, invented people.",
        folder=str(home),
    )
    return demo_desk.furnish(home, console.GLOBALS.lang)


def _provider(settings: Settings) -> Provider | None:
    """Give the institution's OpenID provider, where the settings name one."""
    if settings.oidc_issuer is None:
        return None
    secret = settings.oidc_secret_file
    return Provider(
        settings.oidc_issuer,
        settings.oidc_client_id or "",
        secret.read_text().strip() if secret else "",
        settings.oidc_name,
    )


def _healthy(service: embedded.Service) -> dict[str, bool]:
    """Say which programs beside the desk stand."""
    return {"prefect": service.server.healthy()}


def _ready(service: embedded.Service) -> None:
    """Say when Prefect's server stands, or why it does not; the desk is open either way."""
    try:
        service.wait()
    except PrefectStoppedError:
        return
    except ApprovalError as fault:
        log.error("prefect", exc_info=fault)
        warn(fault.message, **fault.data)
    else:
        tell("Prefect’s server stands at {url}.", url=service.server.url)
