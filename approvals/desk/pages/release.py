"""From the seal to the public, and after: press, embargo, withdrawal, corrections.

Each act is its own form, which works without JavaScript, and goes to the commands' own handlers.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Final

from starlette.responses import Response

from approvals import events as ev
from approvals import policy
from approvals.desk import road, working
from approvals.desk.auth.guards.body import UPLOAD
from approvals.desk.pages.dossier import said
from approvals.desk.pages.files import attached
from approvals.desk.pages.session import moment
from approvals.desk.routes import REFUSALS, page, refused, status
from approvals.desk.rules import DOSSIER
from approvals.desk.seen import Seen
from approvals.dossier import Dossier
from approvals.errors import N_, GuardError
from approvals.handlers import life, press, publication
from approvals.handlers.base import Command, Office
from approvals.names import Digest, Language, PersonId, Role
from approvals.standing import State
from documents.digest import text_digest
from documents.findings import IntakeRefusedError

OUT: Final = (State.PUBLISHED, State.SUPERSEDED, State.WITHDRAWN)


def release(seen: Seen, refusal: str = "", code: int = 200) -> Response:
    """Show where the publication stands."""
    it = seen.dossier
    house = seen.desk.house
    quotes = [
        {
            "name": name,
            "speaker": quote.added.speaker,
            "words": {one: house.note(quote.text(Language(one))) for one in ("fr", "en")},
            "digests": {one: quote.text(Language(one)).digest for one in ("fr", "en")},
            "approved": quote.approved,
        }
        for name, quote in it.quotes.items()
    ]
    return seen.render(
        "release.html",
        code,
        nav="dossiers",
        road=road.of(it, said(seen, it)),
        working=working.of(seen, it),
        it=it,
        opened=it.opened,
        quotes=quotes,
        open_quotes=policy.unapproved(it),
        speakers=sorted(
            ((id, seen.name(id)) for id in seen.register.roles), key=lambda one: one[1]
        ),
        corrections=[(one, house.note(one.proposed.note)) for one in it.errata.values()],
        reason=house.note(it.withdrawal.note) if it.withdrawal else "",
        may=_may(seen, it),
        out=it.state in OUT,
        refusal=refusal,
        key=secrets.token_hex(8),
    )


def _may(seen: Seen, it: Dossier) -> dict[str, bool]:
    """Say which acts the page offers; the handlers judge once more."""
    roles = {
        "quote": Role.COMMUNICATIONS,
        "drop-quote": Role.COMMUNICATIONS,
        "press-release": Role.COMMUNICATIONS,
        "publish": Role.COMMUNICATIONS,
        "withdraw": Role.SECRETARY,
        "confirm-withdrawal": Role.CHAIR,
        "erratum": Role.TRANSLATOR,
        "certify-erratum": Role.REVISER,
    }
    may = {
        act: role in seen.roles and it.state in policy.ALLOWED[act] for act, role in roles.items()
    }
    may["withdraw"] = may["withdraw"] and it.withdrawal is None
    may["confirm-withdrawal"] = may["confirm-withdrawal"] and it.withdrawal is not None
    may["certify-erratum"] = may["certify-erratum"] and bool(policy.open_errata(it))
    return may


def _act(name: str, doing: Callable[[Seen], None]) -> Callable[[Seen], Response]:
    """Make the page of an act; a refusal is said on the same page, what was typed kept."""

    def do(seen: Seen) -> Response:
        try:
            doing(seen)
        except IntakeRefusedError as fault:
            told = " ".join(seen.tr(one.message, **one.data) for one in fault.report.refusals)
            return release(seen, told, 422)
        except REFUSALS as fault:
            return release(seen, seen.tr(fault.message, **fault.data), status(fault))
        return seen.go(f"/dossiers/{seen.dossier.id}/publish", done=name)

    return do


def _plain(handler: Callable[[Command, Office], object]) -> Callable[[Seen], None]:
    def do(seen: Seen) -> None:
        handler(Command(dossier=seen.dossier.id, by=seen.me, key=seen.key), seen.desk.house.office)

    return do


def _quote(seen: Seen) -> None:
    command = press.AddQuote(
        dossier=seen.dossier.id,
        by=seen.me,
        key=seen.key,
        quote=ev.QuoteId(seen.said("quote")),
        speaker=PersonId(seen.said("speaker")),
        fr=seen.said("fr"),
        en=seen.said("en"),
    )
    press.add_quote(command, seen.desk.house.office)


def _approve(seen: Seen) -> None:
    """Approve the words that were shown, in the languages that were ticked."""
    languages = [one for one in ("fr", "en") if one in seen.chosen("language")]
    if not languages:
        raise GuardError("quote:language", N_("Tick the languages in which you approve."))
    for language in languages:
        command = press.ApproveQuote(
            dossier=seen.dossier.id,
            by=seen.me,
            key=f"{seen.key}:{language}",
            quote=ev.QuoteId(seen.said("quote")),
            language=Language(language),
            text=Digest(seen.said(f"text-{language}")),
        )
        press.approve_quote(command, seen.desk.house.office)


def _drop(seen: Seen) -> None:
    command = press.DropQuote(
        dossier=seen.dossier.id, by=seen.me, key=seen.key, quote=ev.QuoteId(seen.said("quote"))
    )
    press.drop_quote(command, seen.desk.house.office)


def _file(seen: Seen, name: str) -> tuple[bytes, str]:
    """Read a Word file of the form that passes intake; raise ``IntakeRefusedError``."""
    upload = seen.upload(name)
    if upload is None:
        raise GuardError("file", N_("Choose a Word file."))
    data, called = upload.file.read(), upload.filename or "file.docx"
    report = seen.desk.works.judge(data, called)
    if not report.accepted:
        raise IntakeRefusedError(called, report)
    return data, called


def _release(seen: Seen) -> None:
    files = [_file(seen, f"file-{language}")[0] for language in ("fr", "en")]
    fr, en = (Digest(seen.desk.house.vault.put(one)) for one in files)
    command = press.KeepPressRelease(
        dossier=seen.dossier.id, by=seen.me, key=seen.key, fr=fr, en=en
    )
    press.keep_press_release(command, seen.desk.house.office)


def _publish(seen: Seen) -> None:
    until = moment(seen, "day", "hour") if seen.said("when") == "embargo" else None
    if not seen.said("when"):
        raise GuardError("publish:when", N_("Choose when it is published: now, or later."))
    command = publication.OrderPublication(
        dossier=seen.dossier.id, by=seen.me, key=seen.key, not_before=until
    )
    publication.order_publication(command, seen.desk.house.office)


def _withdraw(seen: Seen) -> None:
    try:
        ground = ev.Ground(seen.said("ground"))
    except ValueError as fault:
        raise GuardError(
            "withdraw:ground", N_("Choose on what it rests: a resolution or a judgment.")
        ) from fault
    command = life.Withdraw(
        dossier=seen.dossier.id,
        by=seen.me,
        key=seen.key,
        ground=ground,
        reference=seen.said("reference"),
        reason=seen.said("reason") or None,
    )
    life.withdraw(command, seen.desk.house.office)


def _erratum(seen: Seen) -> None:
    language = seen.said("language")
    if language not in ("fr", "en"):
        raise GuardError("erratum:language", N_("Choose the language that is corrected."))
    data, _ = _file(seen, "file")
    command = life.ProposeErratum(
        dossier=seen.dossier.id,
        by=seen.me,
        key=seen.key,
        language=Language(language),
        version=Digest(seen.desk.house.vault.put(data)),
        text=Digest(text_digest(data).document),
        reason=seen.said("reason") or None,
    )
    life.propose_erratum(command, seen.desk.house.office)


_ACTS: Final[Mapping[str, Callable[[Seen], None]]] = {
    "quote": _quote,
    "approve-quote": _approve,
    "drop-quote": _drop,
    "press-release": _release,
    "publish": _publish,
    "withdraw": _withdraw,
    "confirm-withdrawal": _plain(life.confirm_withdrawal),
    "erratum": _erratum,
    "certify-erratum": _plain(life.certify_erratum),
}
_FILES: Final = ("press-release", "erratum")


def paper(seen: Seen) -> Response:
    """Hand out the press release, or a correction that waits for its certificate."""
    it, name = seen.dossier, seen.path("name")
    vault = seen.desk.house.vault
    if it.press_release is not None and name in ("release-fr", "release-en"):
        digest = it.press_release.fr if name.endswith("fr") else it.press_release.en
        return attached(vault.get(digest), f"{it.id}.{name}.docx")
    for one in it.errata.values():
        if name == f"correction-{one.proposed.number}":
            called = f"{it.id}.{name}.{one.proposed.language}.docx"
            return attached(vault.get(one.proposed.version), called)
    return refused(seen, 404, N_("There is no such file in this dossier."))


ROUTES: Final = [
    page("/dossiers/{dossier}/publish", release, DOSSIER),
    page("/dossiers/{dossier}/publish/papers/{name}", paper, DOSSIER),
    *(
        page(
            f"/dossiers/{{dossier}}/publish/{name}",
            _act(name, doing),
            DOSSIER,
            ["POST"],
            UPLOAD if name in _FILES else None,
        )
        for name, doing in _ACTS.items()
    ),
]
