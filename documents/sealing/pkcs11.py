"""A sealing key on a PKCS#11 token: a smart card, an HSM, or SoftHSM in tests.

Needs the extra ``pkcs11`` (python-pkcs11), which is imported when a token is opened and not
before. The key never leaves the token. Keys in files are ``signers``'.

Source: OASIS PKCS #11 V2.40 mechanisms CKM_RSA_PKCS and CKM_ECDSA.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Final, Protocol, Self

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from documents.errors import N_
from documents.sealing.errors import KeyUnusableError
from documents.sealing.signers import algorithm_of, ordered

_DIGEST_INFO: Final = bytes.fromhex("3031300d060960864801650304020105000420")
"""DER of DigestInfo for SHA-256 up to the digest (RFC 8017, 9.2, note 1)."""


class _Key(Protocol):
    def sign(self, data: bytes, *, mechanism: object) -> bytes: ...


class _Session(Protocol):
    def close(self) -> None: ...


class TokenSigner:
    """A signer whose key lies on a token; a context manager that ends the session."""

    def __init__(
        self,
        session: _Session,
        key: _Key,
        chain: tuple[x509.Certificate, ...],
        mechanisms: tuple[object, object],
    ) -> None:
        """Take an open session; ``open`` is the way to one."""
        algorithm_of(chain[0])
        self._session = session
        self._key = key
        self._chain = chain
        self._rsa, self._ecdsa = mechanisms

    @classmethod
    def open(cls, library: Path, *, token: str, pin: str, label: str) -> TokenSigner:
        """Log in to the token labelled ``token`` and take the key and certificate of ``label``.

        ``library`` is the maker's module (``libsofthsm2.so``, ``opensc-pkcs11.so`` …). Raises
        ``KeyUnusableError`` where the extra is missing, the token does not answer, the PIN is
        wrong, or there is no such key with a certificate.
        """
        api = _api()
        try:
            session = api.lib(str(library)).get_token(token_label=token).open(user_pin=pin)
        except (api.PKCS11Error, RuntimeError, OSError) as error:
            raise KeyUnusableError(
                N_(
                    "The token {token} cannot be opened. Check that it is plugged in, its driver "
                    "{library} and its PIN."
                ),
                token=token,
                library=str(library),
            ) from error
        try:
            key = session.get_key(object_class=api.ObjectClass.PRIVATE_KEY, label=label)
            found = {
                (
                    one[api.Attribute.LABEL],
                    x509.load_der_x509_certificate(bytes(one[api.Attribute.VALUE])),
                )
                for one in session.get_objects({api.Attribute.CLASS: api.ObjectClass.CERTIFICATE})
            }
        except (api.PKCS11Error, ValueError) as error:
            session.close()
            raise _no_key(token, label) from error
        own = [certificate for name, certificate in found if name == label]
        if len(own) != 1:
            session.close()
            raise _no_key(token, label)
        chain = ordered(own[0], [certificate for _, certificate in found])
        return cls(session, key, chain, (api.Mechanism.RSA_PKCS, api.Mechanism.ECDSA))

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        """The signing certificate first, then what issuers the token holds."""
        return self._chain

    def sign(self, digest: bytes) -> bytes:
        """Sign a SHA-256 digest on the token; see ``signers.Signer.sign``."""
        if isinstance(self._chain[0].public_key(), rsa.RSAPublicKey):
            return bytes(self._key.sign(_DIGEST_INFO + digest, mechanism=self._rsa))
        return bytes(self._key.sign(digest, mechanism=self._ecdsa))

    def close(self) -> None:
        """End the session, which logs out."""
        self._session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _api() -> ModuleType:
    try:
        return importlib.import_module("pkcs11")
    except ImportError as error:
        raise KeyUnusableError(
            N_("Keys on a token need the extra “pkcs11”. Install it: pip install enonce[pkcs11].")
        ) from error


def _no_key(token: str, label: str) -> KeyUnusableError:
    return KeyUnusableError(
        N_(
            "The token {token} holds no key “{label}” with one certificate of the same name. "
            "Check the label."
        ),
        token=token,
        label=label,
    )
