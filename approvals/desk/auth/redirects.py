"""Where somebody goes after signing in: a page of this desk, never anywhere else."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_OWN = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*").fullmatch
LONGEST = 2000


def onward(asked: object, otherwise: str = "/") -> str:
    """Give the path that was asked for if it is one of this desk's, else ``otherwise``.

    Refused: other hosts in every spelling that browsers know (``//host``, ``/\\host``, schemes),
    control characters and spaces, and whatever is not ASCII (encode it).
    """
    if not isinstance(asked, str) or len(asked) > LONGEST or not asked.isascii():
        return otherwise
    if not _OWN(asked):
        return otherwise
    parts = urlsplit(asked)
    return asked if not parts.scheme and not parts.netloc else otherwise
