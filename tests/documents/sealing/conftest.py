"""What the tests of sealing share: keys, a sealed sample, forging, and LibreOffice as a judge."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from documents.sealing import authority, container
from documents.sealing.container import Entry
from documents.sealing.sign import seal
from documents.sealing.signers import FileSigner
from documents.sealing.verdict import Verdict
from documents.sealing.verify import verify

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SAMPLE = Path(__file__).parents[3] / "samples" / "imt" / "statement.en.docx"
_JUDGE = Path(__file__).with_name("office_judge.py")
_SYSTEM_PYTHON = "/usr/bin/python3"


def missing(what: str) -> None:
    """Skip for want of something foreign, or fail where everything is required."""
    if os.environ.get("ENONCE_REQUIRE_ALL") == "1":
        pytest.fail(what)
    pytest.skip(what)


@pytest.fixture(scope="session")
def unavailable() -> Callable[[str], None]:
    """Skips for want of something foreign, or fails where everything is required."""
    return missing


@pytest.fixture(scope="session")
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a demonstration authority."""
    folder = tmp_path_factory.mktemp("keys") / "house"
    authority.create(folder, "Institut de la mer", NOW)
    return folder


@pytest.fixture(scope="session")
def root(house: Path) -> x509.Certificate:
    return authority.load(house).root


@pytest.fixture(scope="session", params=list(authority.Kind), ids=lambda kind: kind.value)
def signer(request: pytest.FixtureRequest, house: Path) -> FileSigner:
    """A signer of each kind of key in turn."""
    return authority.load(house, request.param).signer


@pytest.fixture(scope="session")
def rsa_signer(house: Path) -> FileSigner:
    return authority.load(house, authority.Kind.RSA).signer


@pytest.fixture(scope="session")
def p256_signer(house: Path) -> FileSigner:
    return authority.load(house, authority.Kind.P256).signer


@pytest.fixture(scope="session")
def sample() -> bytes:
    """A whole Word file: footnotes, header, numbering, external links, document properties."""
    return SAMPLE.read_bytes()


@pytest.fixture(scope="session")
def sealed(sample: bytes, rsa_signer: FileSigner) -> bytes:
    return seal(sample, rsa_signer, signed_at=NOW, comments="Adopted.", role="Secretary")


@pytest.fixture(scope="session")
def judge(root: x509.Certificate) -> Callable[[bytes], Verdict]:
    """Our verifier with the demonstration's root pinned."""
    return lambda data: verify(data, [root], at=NOW)


@dataclass
class Forge:
    """A package to tamper with; written as canonically as the real one, so only sense differs."""

    data: bytes
    parts: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.parts = {entry.name: entry.content for entry in container.read(self.data).entries}

    def replace(self, part: str, old: str, new: str) -> Forge:
        content = self.parts[part].decode()
        assert old in content, f"{old!r} is not in {part}"
        self.parts[part] = content.replace(old, new, 1).encode()
        return self

    def write(self) -> bytes:
        return container.write(Entry.make(name, data) for name, data in self.parts.items())


@pytest.fixture(scope="session")
def forge() -> Callable[[bytes], Forge]:
    return Forge


@dataclass
class Issuer:
    """A small certification authority for odd certificates."""

    name: x509.Name
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    def issue(self, common: str, **wishes: object) -> FileSigner:
        key, certificate = make(common, issuer=self, **wishes)  # type: ignore[arg-type]
        return FileSigner(key, (certificate, self.certificate))

    def issue_authority(self, common: str, **wishes: object) -> Issuer:
        key, certificate = make(common, issuer=self, ca=True, **wishes)  # type: ignore[arg-type]
        return Issuer(certificate.subject, key, certificate)


def make(
    common: str,
    *,
    issuer: Issuer | None = None,
    ca: bool = False,
    path_length: int | None = None,
    start: datetime = NOW - timedelta(days=30),
    end: datetime = NOW + timedelta(days=300),
    purposes: tuple[x509.ObjectIdentifier, ...] = (ExtendedKeyUsageOID.EMAIL_PROTECTION,),
    critical_purposes: bool = False,
    signs: bool = True,
) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer.name if issuer else name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=path_length), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=signs and not ca,
                content_commitment=False,
                key_encipherment=not signs,
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=ca,
                crl_sign=ca,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if not ca:
        builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical_purposes)
    if issuer:
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key())
        builder = builder.add_extension(identifier, critical=False)
    return key, builder.sign(issuer.key if issuer else key, hashes.SHA256())


@pytest.fixture(scope="session")
def new_issuer() -> Callable[..., Issuer]:
    def build(common: str, **wishes: object) -> Issuer:
        key, certificate = make(common, ca=True, **wishes)  # type: ignore[arg-type]
        return Issuer(certificate.subject, key, certificate)

    return build


class Office:
    """One headless LibreOffice for the session, asked file by file."""

    def __init__(self, folder: Path) -> None:
        soffice = shutil.which("soffice")
        probe = subprocess.run([_SYSTEM_PYTHON, "-c", "import uno"], capture_output=True)
        if soffice is None or probe.returncode:
            missing("LibreOffice with python3-uno is not installed")
        pipe = f"enonce-seal-{os.getpid()}"
        self._folder = folder
        self._office = subprocess.Popen(
            [
                str(soffice),
                "--headless",
                "--norestore",
                "--nologo",
                "--nodefault",
                f"-env:UserInstallation=file://{folder}/profile",
                f"--accept=pipe,name={pipe};urp",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._asked = subprocess.Popen(
            [_SYSTEM_PYTHON, str(_JUDGE), pipe],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._asked.stdout
        assert self._asked.stdout.readline() == "ready\n"

    def signatures(self, data: bytes) -> list[Mapping[str, object]]:
        """What LibreOffice says of each signature in a file: ``valid``, ``subject``."""
        path = self._folder / "asked.docx"
        path.write_bytes(data)
        assert self._asked.stdin
        assert self._asked.stdout
        self._asked.stdin.write(f"{path}\n")
        self._asked.stdin.flush()
        answer = json.loads(self._asked.stdout.readline())
        assert isinstance(answer, list), answer
        return answer

    def close(self) -> None:
        assert self._asked.stdin
        assert self._asked.stdout
        self._asked.stdin.close()
        self._asked.wait(30)
        self._asked.stdout.close()
        # soffice is a script that waits for the real program: both are of this session.
        os.killpg(self._office.pid, 15)
        self._office.wait(30)


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    asked = Office(tmp_path_factory.mktemp("office"))
    yield asked
    asked.close()


@pytest.fixture(scope="session")
def xmlsec1() -> str:
    """The path of xmlsec's command."""
    found = shutil.which("xmlsec1")
    if found is None:
        missing("xmlsec1 is not installed")
    return str(found)


@pytest.fixture(scope="session")
def openssl() -> str:
    """The path of OpenSSL's command."""
    found = shutil.which("openssl")
    if found is None:
        missing("openssl is not installed")
    return str(found)
