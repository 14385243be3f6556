"""What is said to a request that another site sent; ``asgi_cross_origin_protection`` finds them.

It looks at ``Sec-Fetch-Site``, else ``Origin``. An unsafe request with neither is refused too:
every browser of these years sends one, and programs use the API with a token.
"""

from __future__ import annotations

from asgi_cross_origin_protection import ASGIApp
from starlette.types import Receive, Scope, Send

from approvals.desk.auth.refusing import Refusal, Refuser
from approvals.errors import N_

_SAID = N_(
    "This request came from another site, and nothing was done. Open the desk itself and do it "
    "there."
)


def denial(refuse: Refuser) -> ASGIApp:
    """Give the application that answers such a request."""

    async def deny(scope: Scope, receive: Receive, send: Send) -> None:
        await refuse(scope, receive, send, Refusal(403, _SAID))

    return deny
