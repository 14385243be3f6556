"""The pages by which people come in and go out, and those about how they come in.

Every form works without JavaScript; passkeys are the exception, since browsers know no other way.
How a page looks is the desk's: ``Look`` fills its templates and translates its sentences.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ParamSpec, Protocol, TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from approvals.desk.auth.errors import AuthError, CodeWrongError, NotAdministratorError, OidcError
from approvals.desk.auth.forms import read_form, without_nul
from approvals.desk.auth.identify import Asker, asker
from approvals.desk.auth.oidc import CALLBACK
from approvals.desk.auth.people import Person
from approvals.desk.auth.reception import Reception
from approvals.desk.auth.redirects import onward
from approvals.desk.auth.rules import CHANGE, SIGN_IN, Anybody, Page, SignedIn, page
from approvals.desk.auth.sessions import How, clear_cookie, set_cookie
from approvals.errors import N_, Value
from approvals.handlers.people import EnrolPerson, enrol_person
from approvals.names import Role
from approvals.ports import Contact
from approvals.register import HOUSE

FIRST_RUN = "/first-run"
P = ParamSpec("P")
T = TypeVar("T")


class Look(Protocol):
    """How the desk shows things; given by ``approvals.desk``."""

    def render(
        self, request: Request, name: str, context: Mapping[str, object], status: int = 200
    ) -> Response:
        """Fill a template."""
        ...

    def say(self, request: Request, message: str, data: Mapping[str, Value]) -> str:
        """Say a sentence in the language of whoever asks."""
        ...

    def language(self, request: Request) -> str:
        """Give the language of whoever asks."""
        ...


class DifferentError(AuthError):
    """The new password and its repetition are not the same."""

    status = 422

    def __init__(self) -> None:
        super().__init__(N_("The two passwords are not the same. Type the new one twice."))


class NamelessError(AuthError):
    """The first administrator has not said who they are."""

    status = 422

    def __init__(self) -> None:
        super().__init__(N_("Give your name, and an address that mail reaches."))


def _introduced(form: Mapping[str, str]) -> bool:
    return bool(form.get("own", "").strip()) and "@" in form.get("mail", "")


class EntrancePages:
    """Signing in and out, the first run, one-time links, a new password, the sessions."""

    def __init__(self, reception: Reception, look: Look) -> None:
        self._desk = reception
        self._look = look

    def routes(self) -> Sequence[Page]:
        """Give the routes, each with its rule."""
        both = ("GET", "POST")
        hasty = SignedIn(in_haste=True)
        return (
            page(SIGN_IN, self.sign_in, rule=Anybody(), methods=both),
            page("/sign-out", self.sign_out, rule=Anybody(), methods=("POST",)),
            page(FIRST_RUN, self.first_run, rule=Anybody(), methods=both),
            page("/welcome/{secret}", self.welcome, rule=Anybody(), methods=both),
            page("/sign-in/institution", self.to_institution, rule=Anybody()),
            page(CALLBACK, self.from_institution, rule=Anybody()),
            page(CHANGE, self.password, rule=hasty, methods=both),
            page("/me/sessions", self.sessions, rule=SignedIn()),
            page("/me/sessions/end", self.end_session, rule=SignedIn(), methods=("POST",)),
        )

    async def sign_in(self, request: Request) -> Response:
        """Show the form, or try what it says."""
        next_ = onward(request.query_params.get("next"))
        if request.method != "POST":
            if await work(self._first_time):
                return RedirectResponse(FIRST_RUN, 303)
            if asker(request.scope).person and "again" not in request.query_params:
                return RedirectResponse(next_, 303)
            return self._door(request, next_)
        form = await form_of(request)
        name, next_ = form.get("name", ""), onward(form.get("next"))
        try:
            cookie, must_change = await work(self._try, request, name, form.get("password", ""))
        except AuthError as fault:
            return self._door(request, next_, fault, name)
        return self._enter(CHANGE if must_change else next_, cookie)

    async def sign_out(self, request: Request) -> Response:
        """End the session; the cookie opens nothing any more, wherever it was copied to."""
        who = asker(request.scope)
        if who.cookie is not None:
            await work(self._desk.sessions.end, who.cookie)
        response = RedirectResponse(f"{SIGN_IN}?done=signed-out", 303)
        response.headers.append("set-cookie", clear_cookie(self._desk.site))
        response.headers["clear-site-data"] = '"cache"'
        return response

    async def first_run(self, request: Request) -> Response:
        """Give the house's first account to an administrator, for the terminal's code."""
        if not await work(self._desk.accounts.none):
            raise HTTPException(404, N_("There is no such page."))
        unnamed = await work(self._desk.people.unnamed_administrator)
        context: dict[str, object] = {"fault": None, "form": {}, "unnamed": unnamed is not None}
        if request.method != "POST":
            return self._look.render(request, "firstrun.html", context)
        form = await form_of(request)
        try:
            _same(form)
            cookie = await work(self._begin_house, request, form, unnamed)
        except AuthError as fault:
            context |= {"fault": fault, "form": form}
            return self._look.render(request, "firstrun.html", context, fault.status)
        return self._enter("/", cookie)

    async def welcome(self, request: Request) -> Response:
        """Let whoever holds a one-time link choose a password, and come in."""
        secret = str(request.path_params["secret"])
        context: dict[str, object] = {"fault": None, "old": False, "person": None, "spent": False}
        try:
            link = await work(self._desk.links.look, secret)
            person = await work(self._desk.people.person, link.person)
            context["person"] = person
            if request.method != "POST" or person is None:
                context["spent"] = person is None
                return self._look.render(request, "password.html", context, 200 if person else 410)
            form = await form_of(request)
            _same(form)
            cookie = await work(self._welcome, request, secret, person, form.get("new", ""))
        except AuthError as fault:
            context |= {"fault": fault, "spent": fault.status == 410}
            return self._look.render(request, "password.html", context, fault.status)
        return self._enter("/", cookie)

    async def to_institution(self, request: Request) -> Response:
        """Send the browser to the institution's sign-in."""
        oidc = self._desk.oidc
        if oidc is None:
            raise HTTPException(404, N_("There is no such page."))
        next_ = onward(request.query_params.get("next"))
        try:
            await work(self._desk.throttle.ask, address_of(request))
            url, browser = await work(oidc.begin, next_)
        except AuthError as fault:
            return self._door(request, next_, fault)
        response = RedirectResponse(url, 303)
        response.headers.append("set-cookie", oidc.set_cookie(browser))
        return response

    async def from_institution(self, request: Request) -> Response:
        """Let in whoever comes back from the institution's sign-in."""
        oidc = self._desk.oidc
        if oidc is None:
            raise HTTPException(404, N_("There is no such page."))
        browser = request.cookies.get(oidc.cookie, "")
        try:
            person, next_ = await work(oidc.finish, dict(request.query_params), browser)
            account = await work(self._desk.accounts.open, person.id)
            if account.disabled:
                raise OidcError("stranger", "closed")
            cookie = await work(self._begin, request, person, How.OIDC)
        except AuthError as fault:
            return self._door(request, "/", fault)
        response = self._enter(next_, cookie)
        response.headers.append("set-cookie", oidc.set_cookie(""))
        return response

    async def password(self, request: Request) -> Response:
        """Change one's password; every other session ends, and this one gets another cookie."""
        who, person = signed_in(request)
        account = await work(self._desk.accounts.find, person.id)
        old = account is not None and account.has_password
        context: dict[str, object] = {"fault": None, "old": old, "person": person, "spent": False}
        if request.method != "POST":
            return self._look.render(request, "password.html", context)
        form = await form_of(request)
        try:
            _same(form)
            cookie = await work(self._change, request, who, person, form, old)
        except AuthError as fault:
            return self._look.render(
                request, "password.html", {**context, "fault": fault}, fault.status
            )
        return self._enter("/me/sessions?done=password", cookie)

    async def sessions(self, request: Request) -> Response:
        """List where one is signed in."""
        who, person = signed_in(request)
        found = await work(self._desk.sessions.of, person.id)
        own = who.session.handle if who.session is not None else ""
        context = {"sessions": found, "own": own, "lasting": self._desk.sessions.lasting}
        return self._look.render(request, "me_sessions.html", context)

    async def end_session(self, request: Request) -> Response:
        """End one of one's sessions, or all others."""
        who, person = signed_in(request)
        form = await form_of(request)
        if "others" in form:
            await work(self._desk.sessions.end_all, person.id, who.cookie)
        elif not await work(self._desk.sessions.end_one, person.id, form.get("handle", "")):
            raise HTTPException(404, N_("There is no such page."))
        return RedirectResponse("/me/sessions?done=ended", 303)

    def _first_time(self) -> bool:
        return self._desk.accounts.none() and self._desk.links.first_run_open()

    def _try(self, request: Request, name: str, password: str) -> tuple[str, bool]:
        with self._desk.throttle.attempt(name, address_of(request)):
            person, account = self._desk.accounts.check(name, password)
        return self._begin(request, person, How.PASSWORD), account.must_change

    def _begin_house(
        self, request: Request, form: Mapping[str, str], unnamed: Person | None
    ) -> str:
        desk, code = self._desk, form.get("code", "")
        with desk.throttle.attempt("first-run", address_of(request)):
            desk.links.check_first_run(code)
        person = unnamed or desk.people.named(form.get("name", ""))
        if unnamed is not None and not _introduced(form):
            raise NamelessError
        if person is None or Role.ADMINISTRATOR not in person.roles:
            raise NotAdministratorError(form.get("name", "")[:80])
        desk.accounts.judge(person, form.get("new", ""))
        desk.links.spend_first_run(code)
        if not desk.accounts.none():
            raise CodeWrongError
        desk.accounts.set_password(person, form.get("new", ""))
        if unnamed is not None:
            self._introduce(request, unnamed, form)
        return self._begin(request, person, How.LINK)

    def _introduce(self, request: Request, person: Person, form: Mapping[str, str]) -> None:
        """Give the administrator whom ``enonce init`` made the name and address of who is here."""
        name, mail = (" ".join(form[one].split()) for one in ("own", "mail"))
        contact = Contact(person.id, person.handle, name, mail, self._look.language(request))
        enrol_person(
            EnrolPerson(
                dossier=HOUSE,
                by=person.id,
                key=f"first-run:{person.id}",
                contact=contact,
                roles=tuple(role for role in Role if role in person.roles),
            ),
            request.app.state.desk.house.office,
        )

    def _welcome(self, request: Request, secret: str, person: Person, new: str) -> str:
        desk = self._desk
        desk.accounts.judge(person, new)
        desk.links.spend(secret)
        desk.accounts.set_password(person, new)
        desk.sessions.end_all(person.id)
        return self._begin(request, person, How.LINK)

    def _change(
        self, request: Request, who: Asker, person: Person, form: Mapping[str, str], old: bool
    ) -> str:
        desk, new = self._desk, form.get("new", "")
        if old:
            with desk.throttle.attempt(person.handle, address_of(request)):
                desk.accounts.change_password(person, form.get("old", ""), new)
        else:
            desk.accounts.set_password(person, new)
        desk.sessions.end_all(person.id)
        return self._begin(request, person, who.session.how if who.session else How.PASSWORD)

    def _begin(self, request: Request, person: Person, how: How) -> str:
        agent = request.headers.get("user-agent", "")
        old = request.cookies.get(self._desk.site.cookie)
        return self._desk.sessions.begin(person, how, agent, old)

    def _enter(self, path: str, cookie: str) -> Response:
        response = RedirectResponse(path, 303)
        response.headers.append("set-cookie", set_cookie(self._desk.site, cookie))
        return response

    def _door(
        self, request: Request, next_: str, fault: AuthError | None = None, name: str = ""
    ) -> Response:
        oidc = self._desk.oidc
        context = {
            "next": next_,
            "name": name[:200],
            "fault": fault,
            "passkeys": self._desk.passkeys.possible,
            "institution": None if oidc is None else oidc.provider,
        }
        response = self._look.render(
            request, "signin.html", context, 200 if fault is None else fault.status
        )
        seconds = getattr(fault, "seconds", None)
        if seconds is not None:
            response.headers["retry-after"] = str(seconds)
        return response


def signed_in(request: Request) -> tuple[Asker, Person]:
    """Give who asks, on a page whose rule lets in nobody else."""
    who = asker(request.scope)
    if who.person is None:
        raise RuntimeError("a page for people who are signed in was opened by nobody")
    return who, who.person


async def form_of(request: Request) -> dict[str, str]:
    """Read a form without files."""
    form = await read_form(request, max_files=0, max_fields=50)
    return {name: without_nul(value) for name, value in form.items() if isinstance(value, str)}


async def work(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Wait for the database, or for argon2id, beside the loop that serves everybody."""
    return await run_in_threadpool(function, *args, **kwargs)


def _same(form: Mapping[str, str]) -> None:
    if form.get("new", "") != form.get("again", ""):
        raise DifferentError


def address_of(request: Request) -> str:
    """Give the address that a request came from; the server has believed its proxy, or not."""
    return request.client.host if request.client is not None else ""
