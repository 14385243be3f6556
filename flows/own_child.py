"""The child that serves Prefect's API on a socket that its parent holds; it dies with its parent.

Run as ``python -m flows.prefect_child FD`` by ``flows.prefect_server``. The parent keeps the other
end of standard input; when that closes, however the parent ended, this process ends too.
"""

from __future__ import annotations

import os
import socket
import sys
import threading


def _die_with_parent() -> None:
    while os.read(0, 1):
        pass
    os._exit(0)


def main() -> None:
    """Serve until the parent is gone."""
    threading.Thread(target=_die_with_parent, daemon=True).start()
    listening = socket.socket(fileno=int(sys.argv[1]))
    import uvicorn
    from prefect.server.api.server import create_app

    config = uvicorn.Config(create_app(), log_level="warning", lifespan="on", access_log=False)
    uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main()
