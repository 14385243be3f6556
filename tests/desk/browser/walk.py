"""People walking a text along its road in a browser: everything by pages, nothing by handlers.

Fields and buttons are found by their names and values, which are the same in every language; what
is read is read in the language of the walk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cached_property
from pathlib import Path

import docx
from playwright.sync_api import Page

from approvals import workdays
from flows.house import House
from tests.desk.browser.conftest import Served

WORD = ".docx"


class Walk:
    """A served desk, and one tab for each person who came to it."""

    def __init__(
        self, served: Served, enter: Callable[..., Page], lang: str, **tab: object
    ) -> None:
        self.served, self.lang = served, lang
        self.scripts = tab.get("java_script_enabled", True)
        self._enter, self._tab = enter, tab
        self._tabs: dict[str | None, Page] = {}

    @property
    def house(self) -> House:
        return self.served.house

    def tab(self, handle: str | None) -> Page:
        if handle not in self._tabs:
            self._tabs[handle] = self._enter(self.served, handle, self.lang, **self._tab)
        return self._tabs[handle]

    def at(self, handle: str | None, path: str) -> Page:
        """Open a page as somebody."""
        tab = self.tab(handle)
        answer = tab.goto(path)
        assert answer is not None
        assert answer.status == 200, (handle, path, title(tab))
        return tab

    def press(self, tab: Page, button: str) -> None:
        """Press a button by selector and wait for the page that it leads to."""
        with tab.expect_navigation():
            tab.locator(button).first.click()

    def submit(
        self, by: str, file: Path, titles: tuple[str, str] | None = None, dossier: str | None = None,
        answers: str = "Done.", source: str = "fr",
    ) -> str:  # fmt: skip
        """Send a Word file, look at what it changes, and submit it; give the dossier's id."""
        tab = self.at(by, f"/dossiers/{dossier}/submit" if dossier else "/submit")
        if titles:
            tab.fill("[name=title_fr]", titles[0])
            tab.fill("[name=title_en]", titles[1])
            tab.check(f"[name=source][value={source}]")
            tab.check("[name=confidentiality][value=internal]")
        tab.set_input_files("[name=file]", file)
        with tab.expect_navigation():
            tab.locator("form[data-upload] button").first.click()
        for box in tab.locator("[name^=answer-]").all():
            box.fill(answers)
        self.press(tab, "button[value=submit]")
        return tab.url.split("/dossiers/")[1].split("/")[0].split("?")[0]

    def hand_over(self, by: str, dossier: str) -> None:
        self.press(
            self.at(by, f"/dossiers/{dossier}"), f"form[action$='/{dossier}/translate'] button"
        )
        self.served.catch_up(dossier)

    def translate(self, by: str, dossier: str, words: Mapping[str, str]) -> None:
        """Propose every paragraph that waits, with the words that its sentences are given."""
        tab = self.at(by, f"/dossiers/{dossier}/pair")
        while tab.locator("#hand textarea").count():
            number = tab.locator("#hand [name=p]").input_value()
            source = tab.locator("section.now p.text").first.inner_text()
            for box in tab.locator("#hand textarea").all():
                if not box.input_value() or source in words:
                    box.fill(words[source])
            self.press(tab, "button[value=propose]")
            if tab.locator(f"#hand [name=p][value='{number}']").count():
                break

    def certify(self, by: str, dossier: str) -> None:
        self.press(self.at(by, f"/dossiers/{dossier}/pair"), "form.bar button[value=certify]")
        self.served.catch_up(dossier)

    def review(self, by: str, dossier: str, circuit: str | None = None) -> None:
        tab = self.at(by, f"/dossiers/{dossier}")
        if circuit:
            tab.check(f"[name=circuit][value='{circuit}']")
        self.press(tab, f"form[action$='/{dossier}/review'] button")

    def decide(
        self, by: str, dossier: str, decision: str = "approve", reason: str = "",
        about: Iterable[int] = (),
    ) -> Page:  # fmt: skip
        """Decide at one's step, perhaps on certain paragraphs only; give the page that follows."""
        tab = self.at(by, f"/dossiers/{dossier}/step")
        tab.check(f"[name=decision][value={decision}]")
        if about:
            tab.locator("details:has([name=about]) summary").first.click()
            for number in about:
                tab.get_by_role("checkbox", name=f"§ {number}", exact=True).check()
        if reason:
            tab.fill("form[action$='/step'] [name=reason]", reason)
        self.press(tab, "form[action$='/step'] button")
        return tab

    def convene(self, by: str, dossier: str, when: datetime) -> None:
        """Convene the board in its room, for an hour of Paris; the clock goes there."""
        tab = self.at(by, f"/dossiers/{dossier}/session")
        here = workdays.local(when)
        tab.fill("[name=day]", f"{here:%Y-%m-%d}")
        tab.fill("[name=hour]", f"{here:%H:%M}")
        tab.fill("[name=place]", "Palaiseau")
        if tab.locator("[name=mode]").count():
            tab.check("[name=mode][value=session]")
        self.press(tab, "form[action$='/convene'] button")
        self.clock.at = when

    def attend(self, by: str, dossier: str, seats: Iterable[str]) -> None:
        tab = self.at(by, f"/dossiers/{dossier}/session")
        for seat in seats:
            tab.select_option(f"[name='how-{seat}']", "present")
        self.press(tab, "form[action$='/attend'] button")

    def lead(self, by: str, dossier: str, act: str, **told: str) -> None:
        """Do an act of whoever leads the session; what is folded away is opened first."""
        tab = self.at(by, f"/dossiers/{dossier}/session")
        form = f"form[action$='/session/{act}']"
        folded = tab.locator(f"details:has({form}) > summary")
        if folded.count():
            folded.first.click()
        for name, value in told.items():
            field = tab.locator(f"{form} [name={name}]")
            if field.evaluate("one => one.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)
        self.press(tab, f"{form} button")

    def vote(self, handle: str, dossier: str, choice: str = "for") -> None:
        """Vote for every seat that somebody may vote for."""
        tab = self.at(handle, f"/dossiers/{dossier}/session")
        for box in tab.locator(f"form[action$='/vote'] [value={choice}]").all():
            box.check()
        self.press(tab, "form[action$='/vote'] button")

    @cached_property
    def clock(self) -> Moving:
        """The house's clock, which stands until somebody moves it."""
        moving = Moving(self.house.now())
        self.house.clock = moving
        self.house.__dict__.pop("office", None)  # made once, with the clock before
        return moving


class Moving:
    """A clock that is put forward by hand."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


def title(tab: Page) -> str:
    return tab.locator("h1").first.inner_text()


def word_file(path: Path, *paragraphs: str) -> Path:
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    document.save(str(path))
    return path
