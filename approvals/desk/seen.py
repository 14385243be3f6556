"""What a page knows of the request: who asks, in which language, with which words and form."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import quote, urlencode

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Match

from approvals.desk import words
from approvals.desk.auth.forms import without_nul
from approvals.desk.books import Books
from approvals.desk.ports import Desk
from approvals.dossier import Dossier
from approvals.names import PersonId, Role
from approvals.ports import Contact
from approvals.register import Register
from locales.catalog import plural, say

LANGUAGE_COOKIE = "enonce_lang"
_KEY = 64


@dataclass
class Seen:
    """One request, read: a page takes it and gives a response."""

    request: Request
    desk: Desk
    books: Books
    person: PersonId | None
    form: FormData = field(default_factory=FormData)
    body: bytes = b""
    scopes: frozenset[str] | None = None
    """What a program's token may be used for; None where a person is at the desk."""

    def path(self, name: str) -> str:
        """Give a part of the address."""
        return without_nul(str(self.request.path_params[name]))

    def asked(self, name: str) -> str:
        """Give a part of the address, empty where the address has no such part."""
        return self.path(name) if name in self.request.path_params else ""

    def query(self, name: str) -> str:
        """Give what stands behind the question mark under this name."""
        return without_nul(self.request.query_params.get(name, ""))

    def said(self, name: str) -> str:
        """Give a field of the form, without the space around it; empty where it was left out."""
        value = self.form.get(name, "")
        return without_nul(value).strip() if isinstance(value, str) else ""

    def chosen(self, name: str) -> list[str]:
        """Give every value that a field of the form has."""
        found = self.form.getlist(name)
        return [without_nul(value) for value in found if isinstance(value, str)]

    def upload(self, name: str) -> UploadFile | None:
        """Give a file that was sent with the form."""
        value = self.form.get(name)
        return value if isinstance(value, UploadFile) and value.filename else None

    @cached_property
    def _people(self) -> Mapping[PersonId, Contact]:
        return self.books.contacts

    @property
    def me(self) -> PersonId:
        """Who asks; a page with a rule that asks for somebody has one."""
        if self.person is None:
            raise RuntimeError("a page without a person")
        return self.person

    @cached_property
    def contact(self) -> Contact | None:
        """How the person is named and reached."""
        return self.books.contacts.get(self.person) if self.person is not None else None

    @cached_property
    def register(self) -> Register:
        """Who may act, as it stood when the request first asked: once a request is enough."""
        return self.books.register

    @cached_property
    def roles(self) -> frozenset[Role]:
        """What the person may be asked to do."""
        if self.person is None:
            return frozenset()
        return self.register.roles.get(self.person, frozenset())

    @cached_property
    def language(self) -> str:
        """The language of the page: asked for, chosen before, the person's, the browser's."""
        asked = self.request.query_params.get("lang", "")
        if asked in words.LANGUAGES:
            return asked
        kept = self.request.cookies.get(LANGUAGE_COOKIE, "")
        if kept in words.LANGUAGES:
            return kept
        if self.contact is not None and self.contact.language in words.LANGUAGES:
            return self.contact.language
        return words.accepted(self.request.headers.get("accept-language", ""))

    @cached_property
    def dossier(self) -> Dossier:
        """The dossier of the address; the rule has let the person in."""
        found = self.books.dossier(self.path("dossier"))
        if found is None:
            raise RuntimeError("a page without its dossier")
        return found

    @cached_property
    def now(self) -> datetime:
        """The present, as the house's clock says it."""
        return self.desk.house.now()

    @property
    def key(self) -> str:
        """The key under which the form's act happens once, however often it is sent."""
        said = self.said("key") or secrets.token_hex(16)
        # The page's own keys are short; whatever else is sent fits its column all the same.
        own = said if len(said) <= _KEY else hashlib.sha256(said.encode()).hexdigest()
        return f"desk:{self.me}:{own}"

    def tr(self, message: str, **data: object) -> str:
        """Say a sentence in the language of the page."""
        return say(message, self.language, **words.named(data, self))

    def plural(self, one: str, many: str, n: int, **data: object) -> str:
        """Say a sentence that counts in the language of the page."""
        return plural(one, many, n, self.language, **words.named(data, self))

    def name(self, person: str | None) -> str:
        """Name a person."""
        who = self._people.get(PersonId(person or ""))
        if who is not None:
            return who.name
        return self.tr("the house") if person == "system" else str(person or "")

    def render(self, template: str, status: int = 200, **context: Any) -> HTMLResponse:
        """Fill a template."""
        html = words.TEMPLATES.get_template(template).render(words.context(self, context))
        return HTMLResponse(html, status_code=status)

    def go(self, path: str, *, done: str = "", **query: str) -> Response:
        """Send the browser to a page of the desk, behind an act that was done; say what was."""
        if done:
            query["done"] = done
        return RedirectResponse(path + (f"?{urlencode(query)}" if query else ""), status_code=303)

    def _opens(self, path: str) -> bool:
        """Say whether an address is a page to open, and not one of an act alone."""
        asked = {**self.request.scope, "method": "GET", "path": path, "root_path": ""}
        routes: Iterable[BaseRoute] = self.request.app.routes
        return any(one.matches(asked)[0] is Match.FULL for one in routes)

    def here(self, **query: str) -> str:
        """Give this page's own address with other words behind the question mark.

        What answers to an act has none of its own: then the page above it that can be opened.
        """
        kept: Mapping[str, str] = {**self.request.query_params, **query}
        path = self.request.scope["path"]
        if self.request.method not in ("GET", "HEAD"):
            while path and not self._opens(path):
                path = path.rpartition("/")[0]
        # To a browser an address that begins with two slashes is another site's.
        path = quote("/" + path.lstrip("/"))
        return f"{path}?{urlencode(kept)}"
