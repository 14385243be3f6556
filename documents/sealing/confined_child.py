"""The process in which a stranger's file is verified: limits first, then the bytes, then a verdict.

Started by ``confined``. The order as one line of JSON on standard input, the file behind it, the
verdict as JSON on standard output.
"""

from __future__ import annotations

import base64
import json
import sys
from datetime import datetime

from cryptography import x509

from documents.intake_child import confine
from documents.sealing import wire
from documents.sealing.verify import verify


def main() -> None:
    """Verify standard input. Exit status 0 whatever the verdict."""
    order = json.loads(sys.stdin.buffer.readline())
    confine(order["memory"], order["cpu"])
    anchors = [x509.load_der_x509_certificate(base64.b64decode(one)) for one in order["anchors"]]
    verdict = verify(sys.stdin.buffer.read(), anchors, at=datetime.fromisoformat(order["at"]))
    sys.stdout.write(json.dumps(wire.write(verdict)))
