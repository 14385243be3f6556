"""Measure the desk: ``python bench/bench_desk.py [--repeat N]`` prints two Markdown tables.

One process serves a house of 100 dossiers in mixed states on SQLite, behind every guard, to people
who are signed in. Pages are asked for over HTTP on this machine, one after the other: medians of
the server's time, from the request to the last byte. Then 50 reviewers decide at the same moment
on one text; there it is the time that each of them waits.
"""

from __future__ import annotations

import argparse
import http.client
import io
import re
import socket
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlencode

import docx
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from approvals.circuits import Circuit, Step  # noqa: E402
from approvals.desk import demo  # noqa: E402
from approvals.desk.auth.reception import Reception  # noqa: E402
from approvals.desk.auth.site import Site  # noqa: E402
from approvals.desk.look import open_desk  # noqa: E402
from approvals.handlers import people  # noqa: E402
from approvals.names import Role  # noqa: E402
from approvals.ports import Contact  # noqa: E402
from approvals.register import HOUSE  # noqa: E402
from flows import acts, demo_desk  # noqa: E402
from flows import desk as wiring  # noqa: E402
from flows.clock import SystemClock  # noqa: E402
from flows.house import House, open_house  # noqa: E402
from tests.flows import houses, rounds  # noqa: E402

DOSSIERS, PARAGRAPHS, DECIDERS = 100, 200, 50
PAGE_BAR, PAIR_BAR, DECISION_BAR = 60, 150, 1000

PAGES = (
    ("To do", "/", "vasseur", PAGE_BAR),
    ("Dossiers", "/dossiers", "delmas", PAGE_BAR),
    ("Dossier", "/dossiers/charter", "delmas", PAGE_BAR),
    ("Step", "/dossiers/charter/step", "vasseur", PAGE_BAR),
    ("Matrix", "/dossiers/charter/matrix", "castagnet", PAGE_BAR),
    ("Submit", "/dossiers/charter/submit", "delmas", PAGE_BAR),
    ("Pair, 23 paragraphs", "/dossiers/strategy/pair", "fontanel", PAGE_BAR),
    ("Pair, 200 paragraphs", "/dossiers/large/pair", "fontanel", PAIR_BAR),
    ("Sessions", "/sessions", "castagnet", PAGE_BAR),
    ("Session, ballot open", "/dossiers/ethics/session", "aubrac", PAGE_BAR),
    ("Seal", "/dossiers/raison-d-etre/seal", "castagnet", PAGE_BAR),
    ("Publication", "/dossiers/raison-d-etre/publish", "lemoal", PAGE_BAR),
    ("Consultation, results", "/consultations/imt-2020", "castagnet", PAGE_BAR),
    ("Consultation, form", "/c/imt-2026", None, PAGE_BAR),
    ("Published", "/published", None, PAGE_BAR),
    ("A published text", "/published/raison-d-etre", None, PAGE_BAR),
    ("Verify", "/verify", None, PAGE_BAR),
    ("Administration", "/admin", "carrel", PAGE_BAR),
    ("People", "/admin/people", "carrel", PAGE_BAR),
)


def word_file(count: int, of: str) -> bytes:
    """Make a Word file of so many paragraphs of two sentences."""
    document = docx.Document()
    for number in range(1, count + 1):
        document.add_paragraph(f"We teach everywhere, says paragraph {number} of {of}. We serve.")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def fill(home: Path) -> House:
    """Furnish a house and bring it to 100 dossiers, one of 200 paragraphs, one with 50 deciders."""
    demo_desk.furnish(home).close()
    house = open_house(home)
    by = rounds.who(house, "delmas")
    for number in range(DOSSIERS - 7):
        name = f"text-{number}"
        acts.submit(
            house, word_file(5, name), "a.docx", by=by, dossier=name, title=None, source="en"
        )
        if number % 3:
            houses.hand_over(house, name)
            houses.carry_out(house, name)
        if number % 3 == 2:
            rounds.translate(house, _French(), name)
            rounds.open_review(house, dossier=name)
    acts.submit(
        house, word_file(PARAGRAPHS, "large"), "a.docx", by=by, dossier="large", title=None,
        source="en",
    )  # fmt: skip
    houses.hand_over(house, "large")
    houses.carry_out(house, "large")
    crowd(house)
    return house


class _French(dict[str, str]):
    def get(self, source: str, default: object = None) -> str:  # type: ignore[override]
        return re.sub("We teach everywhere, says paragraph (.*)", r"Nous, dit \1", source)


def crowd(house: House) -> None:
    """Enrol 50 reviewers and open a review that asks them all."""
    administrator = rounds.who(house, "carrel")
    ids = []
    for number in range(DECIDERS):
        contact = Contact(f"person-{number:04d}", f"reviewer{number}", f"Reviewer {number}",
                          f"r{number}@example.org", "en")  # fmt: skip
        people.enrol_person(
            people.EnrolPerson(
                dossier=HOUSE, by=administrator, key=acts.new_key(), contact=contact,
                roles=(Role.REVIEWER,),
            ),
            house.office,
        )  # fmt: skip
        ids.append(contact.id)
    rounds.submit(house, rounds.FIRST, rounds.SECOND, dossier="crowd")
    rounds.translate(house, rounds.FRENCH, "crowd")
    own = rounds.circuit()
    step: Step = replace(own.steps[0], deciders=tuple(ids), required=DECIDERS, escalate_to=())
    circuit: Circuit = replace(own, steps=(step,))
    rounds.open_review(house, circuit, "crowd")


class Timed:
    """Wraps the desk and notes how long each answer took, in milliseconds."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.times: list[float] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        began = time.perf_counter()
        await self._app(scope, receive, send)
        self.times.append((time.perf_counter() - began) * 1000)


@contextmanager
def served(house: House) -> Iterator[tuple[str, int, Timed]]:
    """Serve the desk in this process."""
    door = socket.create_server(("127.0.0.1", 0), backlog=128)
    port = door.getsockname()[1]
    reception = Reception.over(house.store, SystemClock(), Site(f"http://localhost:{port}"))
    app = Timed(open_desk(wiring.desk(house), reception, demo.routes(reception)))
    server = uvicorn.Server(
        uvicorn.Config(app, log_level="critical", lifespan="off", access_log=False)
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield "localhost", port, app
    finally:
        server.should_exit = True
        thread.join(10)


@dataclass
class Visitor:
    """Somebody with a connection and, where they are anybody, a session."""

    host: str
    port: int
    person: str | None
    cookie: str = ""

    def __post_init__(self) -> None:
        """Come in."""
        self._line = http.client.HTTPConnection(self.host, self.port, timeout=60)
        if self.person is not None:
            answer, _ = self.send("POST", "/demo/enter", {"person": self.person})
            self.cookie = str(answer.getheader("set-cookie")).split(";")[0]

    def send(
        self, method: str, path: str, form: dict[str, str] | None = None
    ) -> tuple[http.client.HTTPResponse, bytes]:
        """Ask once, and read the whole answer."""
        headers = {"cookie": self.cookie, "accept-language": "en"}
        if form is not None:
            headers |= {
                "content-type": "application/x-www-form-urlencoded",
                "origin": f"http://{self.host}:{self.port}",
            }
        self._line.request(method, path, urlencode(form) if form is not None else None, headers)
        answer = self._line.getresponse()
        return answer, answer.read()


def pages(house: House, at: tuple[str, int], timed: Timed, repeat: int) -> Iterator[str]:
    """Ask for every page again and again."""
    yield "| page | median | slowest | weight | bar |"
    yield "|---|---|---|---|---|"
    for name, path, handle, bar in PAGES:
        visitor = Visitor(*at, house.person(handle).id if handle else None)
        weight, before = 0, len(timed.times)
        for _ in range(repeat + 1):
            answer, body = visitor.send("GET", path)
            weight = len(body)
            if answer.status != 200:
                raise SystemExit(f"{path}: {answer.status}")
        time.sleep(0.05)  # the last one is noted behind its last byte
        warm = timed.times[before + 1 :]
        median = statistics.median(warm)
        shown = f"**{median:.0f} ms**" if median > bar else f"{median:.0f} ms"
        yield f"| {name} | {shown} | {max(warm):.0f} ms | {weight // 1024} kB | ≤ {bar} ms |"


def decisions(house: House, at: tuple[str, int]) -> str:
    """Let 50 reviewers decide at once."""
    visitors = [Visitor(*at, f"person-{number:04d}") for number in range(DECIDERS)]
    forms = []
    for visitor in visitors:
        page = visitor.send("GET", "/dossiers/crowd/step")[1].decode()
        found = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
        forms.append({**found, "decision": "approve", "reason": ""})
    gate = threading.Barrier(DECIDERS)

    def decide(who: int) -> tuple[float, int]:
        gate.wait()
        began = time.perf_counter()
        answer, _ = visitors[who].send("POST", "/dossiers/crowd/step", forms[who])
        return (time.perf_counter() - began) * 1000, answer.status

    with ThreadPoolExecutor(DECIDERS) as crowd_:
        done = list(crowd_.map(decide, range(DECIDERS)))
    times = sorted(passed for passed, _ in done)
    wrong = sum(status != 303 for _, status in done)
    p99 = times[-1]
    shown = f"**{p99:.0f} ms**" if p99 > DECISION_BAR else f"{p99:.0f} ms"
    return (
        f"| {DECIDERS} reviewers at once | {statistics.median(times):.0f} ms | {shown} | "
        f"{wrong} | ≤ {DECISION_BAR} ms, 0 |"
    )


def main() -> None:
    """Print the tables."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--repeat", type=int, default=15)
    told = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        house = fill(Path(folder) / "house")
        print(
            f"{len(list(house.dossiers()))} dossiers in {time.perf_counter() - began:.0f} s",
            file=sys.stderr,
        )
        with served(house) as (host, port, timed):
            at = (host, port)
            for line in pages(house, at, timed, told.repeat):
                print(line, flush=True)
            print("\n| deciding | median | slowest of 50 (p99) | refused | bar |")
            print("|---|---|---|---|---|")
            print(decisions(house, at))
        house.close()


if __name__ == "__main__":
    main()
