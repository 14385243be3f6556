"""One module a page: what it shows, the acts that its buttons bring, and its ``ROUTES``."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.routing import Route

from approvals.desk.pages import (
    admin,
    admin_account,
    admin_care,
    admin_engines,
    admin_mail,
    admin_people,
    admin_rules,
    admin_words,
    coding,
    consultations,
    dossier,
    dossiers,
    exports,
    files,
    findings,
    interviews,
    mail,
    matrix,
    me,
    pair,
    placing,
    public,
    release,
    remarks,
    respond,
    seal,
    session,
    sessions,
    statements,
    step,
    submit,
    todo,
    verify,
)


def routes() -> Sequence[Route]:
    """Give every route of every page."""
    modules = (
        todo,
        dossiers,
        dossier,
        files,
        matrix,
        public,
        verify,
        coding,
        me,
        mail,
        admin,
        admin_account,
        admin_people,
        admin_care,
        admin_rules,
        admin_engines,
        admin_words,
        admin_mail,
        statements,
        step,
        remarks,
        pair,
        submit,
        exports,
        sessions,
        session,
        seal,
        release,
        consultations,
        interviews,
        findings,
        placing,
        respond,
    )
    return [route for module in modules for route in module.ROUTES]
