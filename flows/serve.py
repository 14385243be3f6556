"""``enonce serve``: Prefect server, dispatcher and status page of one house, until Ctrl-C.

Stopping it at any moment, however roughly, loses nothing: the ledger says what is due.
"""

from __future__ import annotations

import contextlib
import signal
import socket
import threading

import uvicorn

from flows import embedded, status_page
from flows.console import tell, warn
from flows.house import House


class _Server(uvicorn.Server):
    """Says when it listens."""

    def __init__(self, config: uvicorn.Config, address: str) -> None:
        super().__init__(config)
        self._address = address

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen, then say where."""
        await super().startup(sockets)
        tell("The house is open: {address}. Ctrl-C closes it.", address=self._address)


def serve(house: House, port: int) -> int:
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
    told = embedded.Service(house, lambda line, data: tell(line, **data), runs=house.settings.runs)
    with listening, told as service:
        threading.Thread(target=_ready, args=(service,), daemon=True).start()
        address = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        config = uvicorn.Config(
            status_page.app(house, service), log_config=None, timeout_graceful_shutdown=2
        )
        # Uvicorn raises the signal that ended it once more, after it has closed.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        with contextlib.suppress(KeyboardInterrupt):
            _Server(config, address).run(sockets=[listening])
    tell("The house is closed.")
    return 0


def _ready(service: embedded.Service) -> None:
    service.wait()
    tell("Prefect’s server stands at {url}.", url=service.server.url)
