"""The strict verifier in a process of its own, for files that anybody may send.

``verify`` has caps and never raises on bad bytes; here whatever a file does to the libraries that
read certificates, timestamps and XML stays in a child with limits of memory, processor time and
wall time. The verdict comes back as JSON (``wire``); whatever becomes of the child, there is one.
"""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from documents.errors import N_
from documents.intake import SPENT, Confinement
from documents.sealing import wire
from documents.sealing.verdict import Check, SubIndication, Verdict
from documents.sealing.verify import NOT_ASKED

LIMITS = Confinement(memory=512 * 1024 * 1024, cpu=10.0, wall=30.0)
"""What one verification may use."""

_START = (
    "import sys; sys.path.insert(0, sys.argv.pop()); "
    "from documents.sealing.confined_child import main; main()"
)
_PLACE = str(Path(__file__).resolve().parent.parent.parent)


def verify(
    data: bytes,
    anchors: Sequence[x509.Certificate],
    *,
    at: datetime,
    confinement: Confinement = LIMITS,
) -> Verdict:
    """Judge the bytes of a file as ``documents.sealing.verify`` does, at arm's length.

    A child that dies, stalls or answers nonsense is a failed container.
    """
    if at.tzinfo is None:
        raise ValueError("the moment of a verdict needs a time zone")
    order = {
        "at": at.isoformat(),
        "anchors": [base64.b64encode(one.public_bytes(Encoding.DER)).decode() for one in anchors],
        "memory": confinement.memory,
        "cpu": confinement.cpu,
    }
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-B", "-c", _START, _PLACE],
            input=json.dumps(order).encode() + b"\n" + data,
            capture_output=True,
            timeout=confinement.wall,
            check=False,
            cwd="/",
            env={},
        )
    except subprocess.TimeoutExpired:
        return _too_complex(at)
    if -done.returncode in SPENT:
        return _too_complex(at)
    try:
        return wire.read(json.loads(done.stdout))
    except (ValueError, TypeError, LookupError, AttributeError):
        return _failed(at, N_("The file could not be read to its end. Do not rely on it."))


def _too_complex(at: datetime) -> Verdict:
    return _failed(
        at, N_("Reading the file takes more than a document ever needs. Do not rely on it.")
    )


def _failed(at: datetime, message: str) -> Verdict:
    asked = Check.unsure(SubIndication.SIGNED_DATA_NOT_FOUND, NOT_ASKED)
    failed = Check.failed(SubIndication.FORMAT_FAILURE, message)
    return Verdict(failed, asked, asked, asked, asked, asked, at)
