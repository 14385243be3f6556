"""A sender process for the tests that kill it: sends rows over SMTP until none is left."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from approvals.desk.mail.sender import Composed, Sender
from approvals.desk.mail.smtp import Security, Server, Smtp
from approvals.desk.mail.timing import Backoff
from approvals.store import Store
from approvals.store.mails import Mail


def compose(row: Mail, folded: tuple[Mail, ...]) -> Composed:
    message = EmailMessage(policy=SMTP)
    message["From"] = "desk@enonce.example"
    message["To"] = f"{row.person}@enonce.example"
    message["Message-ID"] = row.message_id
    message["Subject"] = f"Mail {row.letter}"
    message.set_content("".join(f"{one.letter}\n" for one in (row, *folded)))
    return Composed(message, f"{row.person}@enonce.example")


def sender(store: Store, port: int, **more: object) -> Sender:
    server = Server("127.0.0.1", port, Security.NONE, timeout=5)
    values: dict[str, object] = {"lease": timedelta(seconds=1), "backoff": Backoff(0.01, 0.1)}
    return Sender(
        store,
        Smtp(server, "desk@enonce.example"),
        compose,
        lambda: datetime.now(UTC),
        **{**values, **more},  # type: ignore[arg-type]
    )


if __name__ == "__main__":
    house = Store(Path(sys.argv[1]))
    print("begins", flush=True)
    sender(house, int(sys.argv[2])).run()
    print("ends", flush=True)
