"""Requests that stray: to another site, into another header or log line, out of the folder.

Each is sent to the desk as it stands, and as it comes off the wire.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
import structlog

from approvals.desk.pages.files import attached
from flows import logs
from flows.house import open_house
from tests.conftest import FULL
from tests.desk.test_access import PLACES
from tests.desk.town import GOOD, Town, gathered, routes
from tests.desk.wire import HOST, Answer, ask, elsewhere, leads_to


@pytest.fixture(scope="module")
def town(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    home = tmp_path_factory.mktemp("strays") / "house"
    shutil.copytree(furnished, home)
    house = open_house(home)
    yield gathered(house)
    house.close()


AWAY = [
    "https://evil.example", "http://evil.example", "//evil.example", "///evil.example",
    "////evil.example", "https:evil.example", "https:/evil.example", "https:\\\\evil.example",
    "/\\evil.example", "\\/evil.example", "\\\\evil.example", "/\\/evil.example",
    "/\t/evil.example", "\t//evil.example", " //evil.example", "/\r/evil.example",
    "/\n/evil.example", "\x00//evil.example", "\x1f//evil.example", "//evil.example\\@localhost",
    "//localhost@evil.example", "https://localhost@evil.example", "https://localhost.evil.example",
    "//evil.example:80", "//[::1]", "//1.2.3.4", "//0x7f.1", "javascript:alert(1)",
    "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "data:text/html,<script>alert(1)</script>",
    "vbscript:x", "mailto:x@evil.example", "//%65vil.example", "//evil%E3%80%82example",
    "/%5cevil.example", "/%2f/evil.example", ".//evil.example", "evil.example", "@evil.example",
]  # fmt: skip
"""Addresses that some reader or other takes for another site's."""


def test_our_reader_of_links_sees_what_a_browser_sees() -> None:
    """The judge itself: what leaves is seen to leave, what stays to stay."""
    leaving = ["//evil.example", "/\\evil.example", "/\t/evil.example", "https:\\\\evil.example",
               "////evil.example", "javascript:alert(1)", "data:text/html,x"]  # fmt: skip
    assert [one for one in leaving if leads_to(one) == HOST] == []
    staying = ["/dossiers", "?lang=fr", "x", "/%2F%2Fevil.example", f"http://{HOST}/"]
    assert [one for one in staying if leads_to(one) != HOST] == []


@pytest.mark.parametrize("away", AWAY)
def test_whoever_signs_in_is_not_sent_away(town: Town, away: str) -> None:
    """By the address of the page, by its form, and by the passkey's script alike."""
    door = f"/sign-in?{urlencode({'next': away})}"
    for who in (None, "vasseur"):
        assert elsewhere(ask(town.app, door, town.browser(who))) == []
    form = urlencode({"name": "vasseur", "password": GOOD, "next": away}).encode()
    headers = {**town.browser(None), "content-type": "application/x-www-form-urlencoded"}
    inside = ask(town.app, "/sign-in", headers, method="POST", body=form)
    assert inside.status == 303
    assert elsewhere(inside) == []


@pytest.mark.parametrize("away", [one for one in AWAY if one.startswith(("/", "\\", "@"))])
def test_a_page_at_a_strange_address_has_no_link_that_leaves(town: Town, away: str) -> None:
    """The page that says that there is none offers its other language, and a way back."""
    for target in (away, f"{away}/x", f"{away}/..", quote(away, safe="/"), f"{away}?lang=fr"):
        for method in ("GET", "POST"):
            for who in (None, "vasseur"):
                answer = ask(town.app, target, town.browser(who), method=method)
                assert answer.status in (303, 404, 405), (target, answer.status)
                assert elsewhere(answer) == [], target


BREAKS = [
    "x\r\nInjected: 1", "x\nInjected: 1", "x\rInjected: 1", "x\r\n\r\n<script>alert(1)</script>",
    "x%0d%0aInjected: 1", "x%250d%250aInjected: 1", "x\u560a\u560dInjected: 1",
    "x\u010a\u010dInjected: 1", "x\u2028Injected: 1", "x\x85Injected: 1", "x\x0bInjected: 1",
    "x\x00\r\nInjected: 1", 'x"; filename="evil.html', "x\\", "x; Domain=evil.example",
    "fr\r\nSet-Cookie: enonce=evil",
]  # fmt: skip
"""Words that some writer of headers or other takes for the end of one."""


def faults(answer: Answer) -> list[str]:
    """Say what is wrong with the headers of an answer."""
    found = [
        f"{name!r}: {value!r}"
        for name, value in answer.headers
        if re.search(rb"[\x00-\x1f\x7f]", name + value) or name.strip().lower() == b"injected"
    ]
    cookies = [value for name, value in answer.headers if name == b"set-cookie"]
    return found + [f"cookie {one!r}" for one in cookies if b"evil" in one.lower()]


@pytest.mark.parametrize("word", BREAKS)
def test_no_word_of_a_request_becomes_a_header(town: Town, word: str) -> None:
    asked = quote(word, safe="%")
    places = [
        f"/sign-in?next=/{asked}", f"/sign-in?again=1&next=/{asked}&lang={asked}",
        f"/?lang={asked}&done={asked}", f"/dossiers/{asked}", f"/dossiers/{asked}/published",
        f"/dossiers/charter?all={asked}", f"/verify?hash={asked}", f"/c/imt-2026?a={asked}",
        f"/c/imt-2026?t={asked}", f"/{asked}", f"/dossiers/charter/files/{asked}",
    ]  # fmt: skip
    for target in places:
        for who in (None, "vasseur"):
            answer = ask(town.app, target, town.browser(who))
            assert answer.status < 500, target
            assert faults(answer) == [], target
    plain = re.sub(r"[\x00\r\n]", "", word).encode("utf-8").decode("latin-1")
    headers = {
        **town.browser("vasseur"), "accept-language": plain, "user-agent": plain, "referer": plain,
        "x-request-id": plain, "x-forwarded-host": plain, "x-forwarded-proto": plain,
    }  # fmt: skip
    answer = ask(town.app, "/dossiers/", headers)
    assert (faults(answer), elsewhere(answer)) == ([], [])


@pytest.mark.parametrize("word", BREAKS)
def test_a_file_s_name_stays_a_name(word: str) -> None:
    """As RFC 6266 says it: one quoted string, and one value in percent signs."""
    said = attached(b"x", f"{word}.docx").headers["content-disposition"]
    assert re.fullmatch(
        r'attachment; filename="[ !#-\[\]-~]*"; filename\*=UTF-8\'\'[\w.~%-]+', said
    ), said


FORGED = [
    "x\nfault", "x\r\nfault", "x\rfault", "x\x85fault", "x\u2028fault", "x\u2029fault",
    "x\x0bfault", "x\x0cfault", "x\x1cfault", "x\x1b[2J\x1b[31mfault", "x\x9b2Jfault",
    "x\x00fault", "x\u202etluaf", "x\u2066fault", '"}\n{"event": "fault"}', "x\ud800fault",
]  # fmt: skip
"""Words that would begin a line of their own, or move a terminal's cursor."""


@pytest.mark.parametrize("word", FORGED)
def test_no_word_becomes_a_line_of_the_log(word: str, tmp_path: Path) -> None:
    logs.begin(tmp_path)
    try:
        log = structlog.get_logger("enonce.test")
        try:
            raise ValueError(word)
        except ValueError as fault:
            log.error("refused", name=word, exc_info=fault)
        log.warning("after", **{"a name": [word]})
    finally:
        structlog.reset_defaults()
    text = logs.path(tmp_path).read_text("utf-8")
    first, second = text.splitlines()
    assert text.replace("\n", "").isprintable()
    assert (json.loads(first)["event"], json.loads(second)["event"]) == ("refused", "after")
    assert json.loads(first)["name"] == word
    assert word in json.loads(first)["exception"]


OUTSIDE = [
    "..", "../../enonce.toml", "../enonce.sqlite3", "..%2f..%2fenonce.toml", "%2e%2e%2fenonce.toml",
    "%2e%2e/%2e%2e/enonce.toml", "..%5c..%5cenonce.toml", "..\\..\\enonce.toml", "....//enonce.toml",
    "%252e%252e%252fenonce.toml", "/etc/passwd", "//etc/passwd", "%2fetc%2fpasswd",
    "file:///etc/passwd", "~/.ssh/id_rsa", ".", "draft-1/../../../enonce.toml", "x%00.docx", "%00",
    "C:%5cWindows%5cwin.ini", "..%c0%af..%c0%afenonce.toml", "%ff%fe", "x" * 5000, "9" * 5000,
    "9" * 20, "-1", "²", "٣", "1_0", "1e3", "fr-²", "changes-source-²", "changes-target-" + "9" * 5000,
]  # fmt: skip
"""Names of what is none of the desk's, and numbers that are none."""


def test_no_name_in_an_address_leads_out_of_the_house(town: Town) -> None:
    """Every place of every address that is read, made from the router, and every static file.

    In full each place is tried with every name; else the names take turns.
    """
    known = {**PLACES, "dossier": "charter", "person": town.house.person("delmas").id}
    places = {path for method, path in routes(town.app) if method == "GET" and "{" in path}
    targets = [f"/static/{word}" for word in OUTSIDE]
    for path in sorted(places):
        for name in re.findall(r"{([^}]+)}", path):
            rest = {**known, "dossier": "raison-d-etre" if "/published" in path else "charter"}
            for word in OUTSIDE if FULL else OUTSIDE[len(targets) % 4 :: 4]:
                target = re.sub(
                    r"{([^}]+)}",
                    lambda one, name=name, word=word, rest=rest: (
                        word if one[1] == name else rest[one[1]]
                    ),
                    path,
                )
                targets.append(target)
    assert len(targets) > 200
    wrong = []
    secrets = (town.house.home / "enonce.toml", Path("/etc/passwd"))
    hidden = [one.read_bytes()[:40] for one in secrets if one.exists() and one.stat().st_size]
    assert hidden
    for target in dict.fromkeys(targets):
        who = next(one for start, one in WHO.items() if target.startswith(start))
        headers = {**town.browser(who)} | (town.tokens["delmas"] if "/api/" in target else {})
        answer = ask(town.app, target, headers)
        if answer.status not in (200, 303, 307, 404, 405, 410, 422):
            wrong.append(f"{target[:80]}: {answer.status}")
        if any(one in answer.body for one in hidden) or elsewhere(answer):
            wrong.append(f"{target[:80]}: {answer.text[:80]}")
    assert not wrong, "\n".join(wrong)


WHO = {
    "/admin": "carrel", "/consultations": "castagnet", "/submit": "delmas",
    "/dossiers": "delmas", "/c/": None, "/": "castagnet",
}  # fmt: skip
"""Who is let in where, by how the address begins."""


@pytest.mark.parametrize(
    "name", ["../../evil.docx", "..\\evil.docx", "/evil.docx", "evil\x00.docx"]
)
def test_an_upload_is_never_written_under_its_own_name(town: Town, name: str) -> None:
    """Files are kept under their digest; what the sender called them is words on a page."""
    house = town.house
    before = {one for one in house.home.parent.rglob("*") if "evil" in one.name}
    data = house.vault.get(house.dossier("rules").draft.version)
    boundary = "b0undary"
    body = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="key"\r\n\r\nk\r\n--{boundary}\r\n'
        f'Content-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    ).encode() + data + f"\r\n--{boundary}--\r\n".encode()  # fmt: skip
    headers = {
        **town.browser("delmas"), "content-type": f"multipart/form-data; boundary={boundary}",
    }  # fmt: skip
    answer = ask(town.app, "/dossiers/rules/submit", headers, method="POST", body=body)
    assert answer.status in (303, 400, 422)
    assert {one for one in house.home.parent.rglob("*") if "evil" in one.name} == before
    assert not Path("/evil.docx").exists()
