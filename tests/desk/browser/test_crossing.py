"""Words that would be programs: on every page, in a real browser, nothing of them ever runs.

The house is ``tests.desk.hostile``'s: names, titles, files' names, reasons, remarks, answers,
questions and texts are all such words. In full (``make reliability``) every word takes every place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from approvals.desk import words as templates
from approvals.desk.mail import collect
from approvals.desk.mail.compose import Composer, From
from approvals.desk.mail.sender import Composed
from flows import mailing
from tests.conftest import FULL
from tests.desk import hostile
from tests.desk.browser.conftest import Served, serve
from tests.desk.test_access import PLACES
from tests.desk.town import Town, gathered, routes
from tests.desk.wire import ask
from tests.flows import rounds

TURNS = range(len(hostile.WORDS)) if FULL else [0]
READERS = {
    "/dossiers/{dossier}/step": "vasseur", "/dossiers/{dossier}/pair": "fontanel",
    "/dossiers/{dossier}/session": "aubrac", "/dossiers/{dossier}/seal": "castagnet",
    "/dossiers/{dossier}/publish": "lemoal", "/dossiers/{dossier}": "delmas", "/submit": "delmas",
    "/consultations": "castagnet", "/sessions": "castagnet", "/admin": "carrel", "/c/": None,
    "/sign-in": None, "/published": None, "/verify": None, "/v/": None, "/demo": None,
    "/welcome": None, "/first-run": None,
}  # fmt: skip
"""Who opens a page, by how its address begins; everything else is vasseur's."""

TEXTS = ["crossing", "crossed", "ethics", "strategy"]
"""Texts whose pages are opened where not every one's are: refused, withdrawn, voted on, translated."""

WATCH = """
window.crossed = () => report("a word ran");
document.addEventListener("securitypolicyviolation",
  (event) => report(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""
LOOK = """(known) => {
  const wrong = [], links = ["href", "src", "action", "formaction", "data", "poster", "xlink:href"];
  for (const one of document.querySelectorAll("*")) {
    if (!known.includes(one.localName)) wrong.push(`<${one.localName}>`);
    if (one.localName === "script" && !one.getAttribute("src")?.startsWith("/static/"))
      wrong.push("a script of a word");
    for (const { name, value } of one.attributes) {
      if (/^on/i.test(name) || ["style", "srcdoc", "autofocus", "http-equiv"].includes(name))
        wrong.push(`<${one.localName} ${name}>`);
      if (!links.includes(name)) continue;
      const to = new URL(value, location.href);
      if (!["http:", "https:"].includes(to.protocol) || to.hostname.includes("evil"))
        wrong.push(`${name}=${value}`);
    }
  }
  const fields = [...document.querySelectorAll("input, textarea")].map((one) => one.value);
  return [wrong, [document.documentElement.textContent, ...fields].join("\\n")];
}"""


def tags() -> list[str]:
    """Give every element that the desk's own templates and previews are made of."""
    folder = templates.FOLDER / "templates"
    written = "".join(one.read_text("utf-8") for one in folder.glob("*.html"))
    return sorted({*re.findall(r"<([a-z][a-z0-9]*)", written), *PREVIEWS})


PREVIEWS = (
    "article", "section", "p", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "table", "tbody",
    "tr", "td", "th", "span", "strong", "em", "u", "s", "sub", "sup", "br", "a", "aside",
    "rect", "line", "text", "tspan",
)  # fmt: skip
"""What ``documents.preview`` writes, and ``approvals.desk.charts``."""


@pytest.fixture(scope="module", params=TURNS)
def spoilt(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """A served desk in which every word is an attack."""
    house = hostile.house(tmp_path_factory.mktemp("hostile"), request.param)
    mailing.Post(house).round()
    yield from serve(house)
    house.close()


@pytest.fixture(scope="module")
def town(spoilt: Served) -> Town:
    """The same desk, to be asked without a browser which of its pages open."""
    handles = sorted({one for one in READERS.values() if one} | {"vasseur"})
    return gathered(spoilt.house, handles, with_demo=True)


class Watcher:
    """Tabs in which whatever a word brought about is written down."""

    def __init__(self, enter: Callable[..., Page], served: Served) -> None:
        self._enter, self._served = enter, served
        self._tabs: dict[str | None, Page] = {}
        self.seen: list[str] = []
        self.at = ""

    def note(self, what: str) -> None:
        self.seen.append(f"{self.at}: {what}")

    def tab(self, handle: str | None) -> Page:
        if handle not in self._tabs:
            tab = self._enter(self._served, handle, "en")
            context = tab.context
            context.expose_binding("report", lambda source, what: self.note(what))
            context.add_init_script(WATCH)
            context.on("dialog", lambda box: (self.note(f"dialog {box.message}"), box.dismiss()))
            context.on("page", lambda page: self.note("another window"))
            context.on("request", self._asked)
            self._tabs[handle] = tab
        return self._tabs[handle]

    def _asked(self, request: object) -> None:
        address = str(request.url)  # type: ignore[attr-defined]
        if not address.startswith(f"{self._served.origin}/"):
            self.note(f"asked {address[:80]}")

    def look(self, tab: Page) -> str:
        """Write down what of a page is no template's; give all its text."""
        wrong, text = tab.evaluate(LOOK, tags())
        self.seen.extend(f"{self.at}: {one}" for one in wrong)
        return str(text)


@pytest.fixture
def watcher(enter: Callable[..., Page], spoilt: Served) -> Watcher:
    return Watcher(enter, spoilt)


def pages(town: Town) -> Iterator[tuple[str, str | None]]:
    """Give every page that opens, from the router, for every text of the house."""
    house = town.house
    sealed = house.dossier("raison-d-etre").sealed
    assert sealed is not None
    with house.store.read() as reader:
        mail = next(iter(reader.mail.mails(person=rounds.who(house, "vasseur"))))
        decided = [one for one in reader.history("crossing") if one.type == "DecisionMade"]
    known = {
        **PLACES, "person": rounds.who(house, "vasseur"), "digest": sealed.editions[0].sealed,
        "number": str(mail.id), "sequence": str(decided[0].sequence), "consultation": "imt-2026",
    }  # fmt: skip
    for method, path in routes(town.app):
        if method != "GET" or path.startswith("/api/"):
            continue
        every = [one.id for one in house.dossiers()] if FULL else TEXTS
        for dossier in every if "{dossier}" in path else [""]:
            filled = {**known, "dossier": dossier}
            target = re.sub(r"{([^}]+)}", lambda one, filled=filled: filled[one[1]], path)
            start = max((one for one in READERS if path.startswith(one)), key=len, default="")
            who = READERS.get(start, "vasseur")
            answer = ask(town.app, target, town.browser(who))
            if answer.header("content-type").startswith("text/html") and answer.status < 300:
                yield target, who


@pytest.mark.timeout(1200)
def test_no_word_runs_on_any_page(town: Town, watcher: Watcher) -> None:
    """And every one of them is seen as the text that it is."""
    unseen, opened = set(hostile.WORDS), 0
    for target, who in [*pages(town), ("/nothing", "vasseur")]:
        watcher.at = f"{target} as {who}"
        tab = watcher.tab(who)
        tab.goto(target)
        text = watcher.look(tab)
        unseen = {word for word in unseen if word not in text}
        assert "1337" not in text or target.startswith("/consultations")
        opened += 1
    assert watcher.seen == []
    assert unseen == set()
    assert opened > 60


@pytest.mark.timeout(300)
def test_no_word_runs_that_is_typed_sent_or_brought_by_a_script(
    spoilt: Served, watcher: Watcher, tmp_path: Path
) -> None:
    """What scripts put into a page: the saved pair, the answer of the verifier, an upload's report."""
    every = "\n".join(hostile.WORDS)
    watcher.at = "the pair"
    tab = watcher.tab("fontanel")
    tab.goto("/dossiers/strategy/pair")
    box = tab.locator("#hand textarea").first
    with tab.expect_response(lambda answer: answer.url.endswith("/pair/typed")) as saved:
        box.fill(every)
    assert saved.value.status == 200
    tab.wait_for_function("document.getElementById('saved').textContent !== ''")
    watcher.look(tab)
    watcher.at = "the verifier"
    tab = watcher.tab(None)
    for word in hostile.WORDS if FULL else hostile.WORDS[::8]:
        tab.goto("/verify")
        tab.fill("[name=hash]", word)
        with tab.expect_navigation():
            tab.keyboard.press("Enter")
        watcher.look(tab)
    watcher.at = "an upload"
    tab = watcher.tab("delmas")
    tab.goto("/dossiers/rules/submit")
    name = hostile.WORDS[12].replace("/", "")
    file = {"name": f"{name}.docx", "mimeType": "application/zip", "buffer": b"PK no file"}
    tab.set_input_files("[name=file]", file)  # type: ignore[arg-type]
    tab.locator("form[data-upload] button").first.click()
    tab.get_by_role("heading", level=1).wait_for()
    tab.wait_for_function("document.querySelector('main').textContent.includes('Word')")
    watcher.look(tab)
    assert watcher.seen == []


def html_of(message: EmailMessage) -> str:
    part = message.get_body(preferencelist=("html",))  # type: ignore[arg-type]
    assert part is not None
    return str(part.get_content())


def test_no_word_runs_in_a_mail(spoilt: Served, chromium: Browser) -> None:
    """Without a policy to stop it, as in a reader of mails that has none."""
    house, seen = spoilt.house, list[str]()
    composer = Composer(house, From("desk@enonce.example", spoilt.origin))
    collect.collect(house.store, house.now(), "enonce.example")
    with house.store.read() as reader:
        rows = list(reader.mail.mails())
    by_kind: dict[str, int] = {}
    context = chromium.new_context()
    context.expose_binding("report", lambda source, what: seen.append(what))
    context.add_init_script(WATCH)
    context.on("dialog", lambda box: box.dismiss())
    context.on("request", lambda request: seen.append(f"asked {request.url}"))
    tab = context.new_page()
    known = ["html", "head", "meta", "title", "style", "body", "div", "p", "h1", "a", "bdi", "table",
             "tbody", "tr", "td", "ins", "del", "span", "br", "dl", "dt", "dd"]  # fmt: skip
    for row in rows:
        by_kind[row.kind] = by_kind.get(row.kind, 0) + 1
        if by_kind[row.kind] > 2 and not FULL:
            continue
        made = composer(row, ())
        assert isinstance(made, Composed)
        tab.set_content(html_of(made.message))
        found = tab.evaluate(
            """(known) => [...document.querySelectorAll("*")].flatMap((one) => [
              ...(known.includes(one.localName) ? [] : [`<${one.localName}>`]),
              ...[...one.attributes].filter(({ name }) => /^on|^src|^autofocus/i.test(name))
                .map(({ name }) => name),
              ...(one.href && !one.href.startsWith("http://localhost") ? [one.href] : []),
            ])""",
            known,
        )
        seen.extend(f"{row.kind}: {one}" for one in found)
    context.close()
    assert seen == []
    assert len(by_kind) >= 5
