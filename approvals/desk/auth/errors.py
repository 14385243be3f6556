"""What may be refused at the door of the desk; each is a sentence for whoever stands there.

``status`` is the HTTP status that goes with it (RFC 9110).
"""

from __future__ import annotations

from typing import ClassVar

from approvals.errors import N_, ApprovalError


class AuthError(ApprovalError):
    """Base: somebody was not let in, or may not change how they come in."""

    status: ClassVar[int] = 403


class WrongCredentialsError(AuthError):
    """The name is unknown, the password wrong, or the account closed: never said which."""

    status = 401

    def __init__(self) -> None:
        super().__init__(
            N_(
                "This name and password do not go together, or the account is closed. Try again, "
                "or ask an administrator for a new link."
            )
        )


class ThrottledError(AuthError):
    """Too many failures under this name or from this address; ``seconds`` until the next try."""

    status = 429

    def __init__(self, seconds: int) -> None:
        super().__init__(
            N_(
                "Too many attempts failed. Sign-in is paused; try again in {minutes} min, or "
                "sign in with a passkey."
            ),
            minutes=-(-seconds // 60),
        )
        self.seconds = seconds


class WeakPasswordError(AuthError):
    """A new password would be guessed."""

    status = 422


class LinkSpentError(AuthError):
    """A one-time link or code is unknown, used or too old."""

    status = 410

    def __init__(self) -> None:
        super().__init__(
            N_("This link was used or is too old. Ask an administrator for a new one.")
        )


class CodeWrongError(AuthError):
    """The code of the first run is not the one that the terminal shows."""

    status = 403

    def __init__(self) -> None:
        super().__init__(
            N_(
                "This is not the code that the terminal shows, or it is too old. Start "
                "“enonce serve” again and type the code that it prints."
            )
        )


class NotAdministratorError(AuthError):
    """The first account has to be an administrator's."""

    def __init__(self, handle: str) -> None:
        super().__init__(
            N_("{handle} is not an administrator of this house. Give the name of one who is."),
            handle=handle,
        )


class StaleProofError(AuthError):
    """This change asks for a sign-in of a moment ago, or for a passkey."""

    def __init__(self, message: str) -> None:
        super().__init__(message)


class PasskeyError(AuthError):
    """A passkey's answer was refused; ``rule`` names why, for the log and the tests."""

    status = 403

    def __init__(self, rule: str) -> None:
        super().__init__(_PASSKEY.get(rule, _PASSKEY["unverified"]))
        self.rule = rule


_PASSKEY = {
    "spent": N_("This request was answered already or is older than five minutes. Start again."),
    "unknown": N_("This passkey is not known here. Use another one, or your password."),
    "stranger": N_("This passkey belongs to somebody else. Use one of your own."),
    "changed": N_(
        "What was signed is not what is on the page. Nothing was done; open the page again."
    ),
    "unverified": N_(
        "The passkey could not be verified. Try again; the device has to ask for your finger, "
        "your face or its code."
    ),
    "held": N_("This passkey is registered already."),
    "address": N_(
        "Passkeys need a desk that is reached by its name, not by a number. Open it under its name."
    ),
}


class OidcError(AuthError):
    """The institution's account did not open the door; ``rule`` and ``reason`` are for the log."""

    def __init__(self, rule: str, reason: str) -> None:
        super().__init__(_OIDC.get(rule, _OIDC["refused"]))
        self.rule = rule
        self.reason = reason


_OIDC = {
    "refused": N_("The institution’s sign-in was not completed. Start again."),
    "unreachable": N_(
        "The institution’s sign-in does not answer. Use a passkey or your password, or try later."
    ),
    "stranger": N_(
        "You are signed in at the institution, and nobody is enrolled here with that address. "
        "Ask an administrator to enrol you."
    ),
}


class TokenRefusedError(AuthError):
    """A token would give what its owner does not have, or last too long."""

    status = 422


class AnswerPendingError(AuthError):
    """The same request is being carried out."""

    status = 409

    def __init__(self) -> None:
        super().__init__(N_("The same request is being carried out. Ask again in a moment."))


class AnswerKeyError(AuthError):
    """The idempotency key was used for another request."""

    status = 422

    def __init__(self, key: str) -> None:
        super().__init__(
            N_("The key {key} was used for another request. Use a new key for a new request."),
            key=key,
        )


class InsecureOriginError(AuthError):
    """The desk would send its cookies without encryption over a network."""

    status = 500

    def __init__(self, origin: str) -> None:
        super().__init__(
            N_(
                "{origin} would carry passwords over the network in the clear. Give the desk an "
                "address that begins with https://, or one on this machine."
            ),
            origin=origin,
        )
