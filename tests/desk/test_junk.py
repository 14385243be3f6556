"""Forms filled in with junk: refused in words, on both databases; never a fault of the desk's own.

The forms are those of the pages, filled in as a browser would but for the words; then every route
is sent every field that the program reads, all of them junk, page or no page.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from urllib.parse import urlencode

import lxml.html
import pytest
import structlog

from flows import logs
from flows.house import open_house
from tests.conftest import FULL
from tests.desk.access import ROLES, may, pages
from tests.desk.test_access import PLACES
from tests.desk.town import Town, gathered, routes
from tests.desk.wire import Answer, ask
from tests.flows import rounds

JUNK = [
    "\x00", "a\x00b", "\ud800", "²", "٣", "-1", "0", "9" * 5000, "1e999", "NaN", "0001-01-01",
    "9999-12-31", "2026-13-45", "2026-11-23T10:00:00+99:00", "00:00", "23:59", "25:61", "24:00",
    "x" * 300, "é" * 20_000, "[]", "{}", "null", "{0}{dossier}%s%n", "../../enonce.toml",
    "<script>alert(1)</script>", "\r\nX: y", "\u202e\u2028\ufeff", "dossier:", "circuit:\x00",
]  # fmt: skip
LAST = ("abandon", "withdraw", "close", "erase", "recall", "no-quorum", "account", "end", "out")
"""Acts that take something away, by how their address ends; they come last."""
SOURCES = Path(__file__).resolve().parents[2] / "approvals" / "desk"
CASES = {
    "rules": "draft", "strategy": "translating", "charter": "in review", "ethics": "voting",
    "raison-d-etre": "published",
}  # fmt: skip


def names() -> list[str]:
    """Give the name of every field that the program reads of a form."""
    read = re.compile(r'(?:said|chosen|upload|form\.get)\(\s*f?"([\w{}.-]+)"')
    found = {
        re.sub(r"{[^}]*}", "x", one)
        for file in SOURCES.rglob("*.py")
        for one in read.findall(file.read_text("utf-8"))
    }
    assert len(found) > 40
    return sorted(found)


@pytest.fixture(scope="module", autouse=True)
def _logged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Faults go to a log, as they do in a house, and not in colours to the screen."""
    logs.begin(tmp_path_factory.mktemp("log"))
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="module")
def town(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    home = tmp_path_factory.mktemp("junk") / "house"
    shutil.copytree(furnished, home)
    house = open_house(home)
    yield gathered(house)
    house.close()


@pytest.fixture(scope="module")
def elsewhere(
    postgres: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Town]:
    """A small house whose ledger is in PostgreSQL, with a text under review."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(os.environ, "ENONCE_DATABASE_URL", postgres())
        house, _ = rounds.started(tmp_path_factory.mktemp("junk-pg") / "house")
    rounds.in_review(house, "charter")
    yield gathered(house)
    house.close()


def send(town: Town, who: str | None, path: str, fields: list[tuple[str, str]]) -> Answer:
    headers = {**town.browser(who), "content-type": "application/x-www-form-urlencoded"}
    said = urlencode(fields, errors="surrogatepass").encode()
    return ask(town.app, path, headers, method="POST", body=said)


def send_with_file(
    town: Town, who: str | None, path: str, fields: list[tuple[str, str]], files: Mapping[str, bytes]
) -> Answer:  # fmt: skip
    parts = [
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode(
            "utf-8", "replace"
        )
        for name, value in fields
    ]
    parts += [
        f'--b\r\nContent-Disposition: form-data; name="{name}"; filename="x.docx"\r\n\r\n'.encode()
        + data
        + b"\r\n"
        for name, data in files.items()
    ]
    headers = {**town.browser(who), "content-type": "multipart/form-data; boundary=b"}
    body = b"".join(parts) + b"--b--\r\n"
    return ask(town.app, path, headers, method="POST", body=body)


def late(path: str) -> bool:
    return path.endswith(LAST)


def reader(method: str, path: str) -> str | None:
    """Give somebody who may act there, else somebody who may come in."""
    row = pages()[method, path]
    for wanted in (row.act, row.enter):
        found = next((one for one in ROLES if may(one, wanted)), None)
        if found is not None:
            return found
    return None if row.enter == {"all"} else "vasseur"


def people(path: str) -> Iterable[str | None]:
    """Give who looks at a page: everybody in full, else those who have most to fill in there."""
    if "{dossier}" not in path:
        return [reader("GET", path)]
    return ROLES if FULL else MOST.get(path.removeprefix("/dossiers/{dossier}"), ["delmas"])


MOST = {
    "/step": ["vasseur"], "/pair": ["fontanel", "roumier"], "/session": ["castagnet", "aubrac"],
    "/seal": ["castagnet"], "/publish": ["lemoal", "castagnet"], "": ["delmas", "castagnet"],
}  # fmt: skip


def fitting(word: str, kind: str) -> str:
    """Give the word, or where a browser has a calendar or a clock the ends of time for any day."""
    if kind == "date" and word[:1].isdigit():
        return "0001-01-01" if "0" in word else "9999-12-31"
    return "23:59" if kind == "time" and word[:1].isdigit() else word


def faulty(answer: Answer) -> str:
    """Say what is wrong with an answer: a fault of the desk's own, or words come back as markup."""
    if answer.status >= 500:
        return f"{answer.status} {answer.fault!r}"
    return "markup" if "<script>alert" in answer.text else ""


def words(turn: int) -> list[str]:
    """Give the junk for one form: all of it in full, else two words in turn."""
    return JUNK if FULL else [JUNK[(turn + n) % len(JUNK)] for n in (0, len(JUNK) // 2)]


@pytest.mark.timeout(1200)
def test_every_form_of_every_page_filled_in_with_junk_is_refused_in_words(town: Town) -> None:
    forms: dict[tuple[str, str, str | None], lxml.html.FormElement] = {}
    for method, path in routes(town.app):
        if method != "GET" or path.startswith("/api/"):
            continue
        for dossier in CASES if "{dossier}" in path else [""]:
            known = {**PLACES, "dossier": dossier, "person": town.house.person("delmas").id}
            target = re.sub(r"{([^}]+)}", lambda one, known=known: known[one[1]], path)
            for who in people(path):
                page = ask(town.app, target, town.browser(who))
                html = "text/html" in page.header("content-type")
                if page.status != 200 or not html or not page.text.strip():
                    continue
                for form in lxml.html.fromstring(page.text).forms:
                    action = str(form.get("action") or target)
                    if str(form.get("method")).lower() == "post" and action != "/sign-out":
                        forms.setdefault((action, ",".join(form.fields), who), form)
    assert len(forms) > 40
    wrong = []
    for turn, ((action, _, who), form) in enumerate(
        sorted(forms.items(), key=lambda one: (late(one[0][0]), one[0][0]))
    ):
        for word in words(turn):
            fields, files = [], {}
            for field in form.inputs:
                name, kind = field.get("name"), field.get("type", field.tag)
                if not name or kind == "checkbox":
                    continue
                if kind == "file":
                    files[name] = word.encode("utf-8", "replace")
                elif kind in ("hidden", "radio", "submit"):
                    value = field.get("value")
                    fields.append((name, word if name == "key" else str(value or "")))
                elif kind == "select":
                    fields.append((name, next((one for one in field.value_options if one), "")))
                else:
                    fields.append((name, fitting(word, kind)))
            for button in form.xpath(".//button[@name]")[:3] or [None]:
                act = [] if button is None else [(button.get("name"), button.get("value", ""))]
                if files:
                    answer = send_with_file(town, who, action, fields + act, files)
                else:
                    answer = send(town, who, action, fields + act)
                if said := faulty(answer):
                    wrong.append(f"{action} as {who}: {word[:20]!r}: {said}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("where", ["sqlite", pytest.param("pg", marks=pytest.mark.needs_postgres)])
def test_junk_in_every_field_at_every_route_is_refused_in_words(
    where: str, request: pytest.FixtureRequest
) -> None:
    """On PostgreSQL, whose texts hold no NUL, too."""
    town: Town = request.getfixturevalue("town" if where == "sqlite" else "elsewhere")
    wrong, fields = [], names()
    every = sorted(routes(town.app), key=lambda one: (late(one[1]), one[1]))
    for turn, (method, path) in enumerate(every):
        if path.startswith("/api/"):
            continue
        known = {**PLACES, "dossier": "charter", "person": town.house.person("delmas").id}
        target = re.sub(r"{([^}]+)}", lambda one, known=known: known[one[1]], path)
        who = reader(method, path)
        # Sixty fields of a novel each are a body that the guard refuses before anybody reads it.
        some = [word for word in JUNK if len(word) < 400]
        for word in some if FULL else [JUNK[0] if where == "pg" else some[turn % len(some)]]:
            said = [(name, word) for name in fields]
            if method == "GET":
                query = urlencode(
                    [*said, ("q", word), ("as", word), ("page", word)], errors="surrogatepass"
                )
                answer = ask(town.app, f"{target}?{query}", town.browser(who))
            else:
                answer = send(town, who, target, said)
            if bad := faulty(answer):
                wrong.append(f"{method} {path} as {who}: {word[:20]!r}: {bad}")
            for place in re.findall(r"{([^}]+)}", path) if where == "pg" else ():
                odd = {**known, place: "%00"}
                strange = re.sub(r"{([^}]+)}", lambda one, odd=odd: odd[one[1]], path)
                answer = ask(town.app, strange, town.browser(who), method=method)
                if answer.status >= 500:
                    wrong.append(f"{method} {strange} as {who}: {answer.status}")
    assert not wrong, "\n".join(sorted(set(wrong)))


CHARSETS = [
    "utf-7",
    "utf-16",
    "idna",
    "punycode",
    "undefined",
    "unicode_escape",
    "rot13",
    "hex",
    "²",
]


@pytest.mark.parametrize("charset", CHARSETS)
def test_a_form_in_a_strange_alphabet_is_refused_or_read(town: Town, charset: str) -> None:
    headers = {
        **town.browser("vasseur"),
        "content-type": f"multipart/form-data; boundary=b; charset={charset}",
    }
    body = (
        b'--b\r\nContent-Disposition: form-data; name="mode"\r\n\r\n\xff\\ud800+ADw-\r\n--b--\r\n'
    )
    answer = ask(town.app, "/me/mail", headers, method="POST", body=body)
    assert answer.status in (303, 400, 415, 422)
