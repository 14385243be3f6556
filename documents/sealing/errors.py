"""What sealing raises, under one base.

Neither verdicts (``verdict``: a verifier answers, it does not raise) nor findings (``lint``).
"""

from __future__ import annotations

from documents.errors import DocumentError, Value
from documents.findings import Finding


class SealingError(DocumentError):
    """Base of everything that sealing raises on purpose."""


class ContainerError(SealingError):
    """The zip container is not one that every program reads in the same way."""


class XmlError(SealingError):
    """An XML part that steers the file is malformed or carries what is not allowed there."""


class PackageError(SealingError):
    """Content types or relationships that two programs may read differently."""


class SealRefusedError(SealingError):
    """The document holds something that may not be sealed, or the request to seal is not sound.

    ``findings`` lists everything that has to be settled first; the message is the first of them.
    """

    def __init__(self, message: str, findings: tuple[Finding, ...] = (), **data: Value) -> None:
        self.findings = findings
        super().__init__(message, **data)


class KeyUnusableError(SealingError):
    """A key, a certificate or a token cannot seal."""


class TimestampError(SealingError):
    """A timestamp token was not given or does not belong to this signature."""


class SignatureFormatError(SealingError):
    """A signature part does not have the shape that the standard gives it (FORMAT_FAILURE)."""


class DigestMismatchError(SealingError):
    """Something that a signature covers was altered (HASH_FAILURE)."""


class SignatureValueError(SealingError):
    """The signature value is not that of the signing certificate's key (SIG_CRYPTO_FAILURE)."""
