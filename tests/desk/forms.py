"""Forms as a browser would send them, before anybody fills them in."""

from __future__ import annotations

import lxml.html


def fields(page: str, action: str) -> dict[str, str]:
    """Give the fields of the form that goes to ``action``; what nobody chose is empty."""
    [form] = [one for one in lxml.html.fromstring(page).forms if one.get("action") == action]
    return {name: str(value or "") for name, value in form.fields.items()}
