"""Answering a consultation: no account, no cookie, both languages, finished now or later.

The address may have an invitation's token (``t``) or the code of what was put aside (``a``).
Nothing here says who asks: a response and an invitation share nothing (``approvals.consultation``).
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import urlencode

from starlette.responses import Response

from approvals import workdays
from approvals.consultation import form as forms
from approvals.consultation import responding
from approvals.consultation.life import Consultation, Stage
from approvals.consultation.questionnaire import Questionnaire
from approvals.desk.routes import page, refused, status
from approvals.desk.rules import ANYBODY
from approvals.desk.seen import Seen
from approvals.errors import N_, GuardError

FORM: Final = "answer"
"""The id of the form, by which the buttons of the head belong to it."""


def respond(seen: Seen) -> Response:
    """Show the form: empty, or with what was put aside."""
    own = _open(seen)
    if own is None:
        return _shut(seen)
    aside = seen.query("a")
    kept = None
    if aside:
        kept = responding.come_back(seen.desk.house.office, own.id, aside)
        if kept is None:
            return refused(
                seen,
                404,
                N_("Nothing is kept under this code. It was sent already, or is none."),
            )
    form = seen.desk.consulting.form(own)
    values = forms.values(kept) if kept else {}
    return _show(seen, own, form, values, kept.public if kept else "")


def _open(seen: Seen) -> Consultation | None:
    own = seen.desk.consulting.find(seen.path("consultation"))
    if own is None or not own.takes_answers(workdays.day(seen.now)):
        return None
    return own


def _shut(seen: Seen) -> Response:
    """Say why nobody may answer: there is none, it has not begun, it is over."""
    own = seen.desk.consulting.find(seen.path("consultation"))
    if own is None or own.planned is None:
        return refused(seen, 404, N_("There is no such page."))
    over = own.stage in (Stage.CLOSED, Stage.SYNTHESISED) or own.opened is not None
    return seen.render(
        "respond_shut.html",
        410 if over else 404,
        own=own,
        over=over,
        back=own.keeps_answers,
        key=secrets.token_hex(8),
        refusal="",
    )


def _show(
    seen: Seen,
    own: Consultation,
    form: Questionnaire,
    values: forms.Values,
    public: str,
    faults: Sequence[forms.Fault] = (),
    refusal: str = "",
    code: int = 200,
) -> Response:
    token = seen.said("t") or seen.query("t")
    invited = responding.invited(seen.desk.house.office, own.id, token) if token else None
    if token and invited is None:
        return refused(
            seen,
            410,
            N_(
                "This invitation was used already, was replaced by a later one, or is none. "
                "Each serves once."
            ),
        )
    publics = own.opened.open_to if own.opened is not None and invited is None else ()
    if invited is None and not publics:
        return refused(
            seen, 403, N_("This public answers by invitation. Use the link that you were sent.")
        )
    told = form.public(invited) if invited else None
    return seen.render(
        "respond.html",
        code,
        own=own,
        sheet=forms.sheet(
            form, seen.language, values, faults=faults, publics=publics, public=public
        ),
        notice=form.notice,
        public=told.title if told else None,
        faults=faults,
        token=token,
        aside=seen.said("a") or seen.query("a"),
        receipt=seen.said("receipt") or responding.code(),
        key=secrets.token_hex(8),
        refusal=refusal,
        form_of_page=FORM,
    )


def answer(seen: Seen) -> Response:
    """Send the form, put it aside, or show it in the other language with all that was typed."""
    act = seen.said("act")
    if act in ("lang-fr", "lang-en"):
        seen.__dict__["language"] = act[-2:]
    own = _open(seen)
    if own is None:
        return _shut(seen)
    form = seen.desk.consulting.form(own)
    values: Mapping[str, list[str]] = {one.id: seen.chosen(one.id) for one in form.questions}
    token, aside, public = seen.said("t"), seen.said("a"), seen.said("public")
    if act.startswith("lang-"):
        answer_ = _show(seen, own, form, values, public)
        answer_.set_cookie(
            "enonce_lang", seen.language, max_age=31536000, httponly=True, samesite="lax"
        )
        return answer_
    office = seen.desk.house.office
    if token:
        earlier = responding.sent(office, own.id, seen.said("receipt"))
        public = responding.invited(office, own.id, token) or (earlier.public if earlier else "")
    try:
        if not public:
            raise GuardError("respond:public", N_("Say first to which group you belong."))
        if act == "aside":
            given = forms.unfinished(form, public, seen.language, values)
            code = responding.put_aside(office, own.id, given, aside or None, token=token or None)
            back = {"a": code, **({"t": token} if token else {})}
            link = f"/c/{own.id}?{urlencode(back)}"
            return seen.render("respond_aside.html", own=own, link=link)
        given, faults = forms.read(form, public, seen.language, values)
        if faults:
            return _show(seen, own, form, values, public, faults, code=422)
        if not given.chosen and not given.said:
            raise GuardError(
                "respond:empty", N_("Nothing is answered yet. Answer one question at least.")
            )
        receipt = responding.send(
            office,
            own.id,
            given,
            token=token or None,
            aside=aside or None,
            receipt=seen.said("receipt"),
        )
    except GuardError as fault:
        said = seen.tr(fault.message, **fault.data)
        return _show(seen, own, form, values, public, refusal=said, code=status(fault))
    return seen.render("respond_done.html", own=own, receipt=receipt)


def look(seen: Seen) -> Response:
    """Show the form by which somebody sees or erases their own response."""
    own = seen.desk.consulting.find(seen.path("consultation"))
    if own is None or not own.keeps_answers:
        return refused(seen, 404, N_("There is no such page."))
    return seen.render(
        "respond_own.html", own=own, given=None, gone=False, receipt="", refusal="", key=""
    )


def own_response(seen: Seen) -> Response:
    """Show one's own response, or erase it."""
    own = seen.desk.consulting.find(seen.path("consultation"))
    if own is None or not own.keeps_answers:
        return refused(seen, 404, N_("There is no such page."))
    receipt, office = seen.said("receipt"), seen.desk.house.office
    gone = seen.said("act") == "erase"
    try:
        take = responding.take_back if gone else responding.look_back
        given = take(office, own.id, receipt)
    except GuardError as fault:
        said = seen.tr(fault.message, **fault.data)
        return seen.render(
            "respond_own.html",
            status(fault),
            own=own,
            given=None,
            gone=False,
            receipt=receipt,
            refusal=said,
            key="",
        )
    form = seen.desk.consulting.form(own)
    return seen.render(
        "respond_own.html",
        own=own,
        given=forms.sheet(form, seen.language, forms.values(given)),
        gone=gone,
        receipt=receipt,
        refusal="",
        key="",
    )


def unsubscribe(seen: Seen) -> Response:
    """Send no more reminders to whoever has this link."""
    found = responding.unsubscribe(
        seen.desk.house.office, seen.path("consultation"), seen.said("t")
    )
    sentence = (
        N_("You get no more reminders.")
        if found
        else N_("This link is not in use any more, so no reminder comes from it.")
    )
    return seen.render("respond_said.html", sentence=sentence)


ROUTES: Final = [
    page("/c/{consultation}", respond, ANYBODY),
    page("/c/{consultation}", answer, ANYBODY, ["POST"]),
    page("/c/{consultation}/receipt", look, ANYBODY),
    page("/c/{consultation}/receipt", own_response, ANYBODY, ["POST"]),
    page("/c/{consultation}/unsubscribe", unsubscribe, ANYBODY, ["POST"]),
]
