"""Sealing with a key on a token: SoftHSM stands in for the card."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

LIBRARIES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
)
PIN = "2468"

# SoftHSM reads its configuration once per process, so every question is asked in one of its own.
PREPARE = """
import sys
from pathlib import Path
import pkcs11
from cryptography.hazmat.primitives.serialization import Encoding, PrivateFormat, NoEncryption
from pkcs11 import Attribute, KeyType, ObjectClass
from pkcs11.util.ec import decode_ec_private_key
from pkcs11.util.rsa import decode_rsa_private_key
from pkcs11.util.x509 import decode_x509_certificate
from documents.sealing import authority

library, folder, pin = sys.argv[1:]
with pkcs11.lib(library).get_token(token_label="house").open(rw=True, user_pin=pin) as session:
    for kind in authority.Kind:
        signer = authority.load(Path(folder), kind).signer
        key = signer._key
        if kind is authority.Kind.RSA:
            der = key.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
            attributes = decode_rsa_private_key(der)
        else:
            der = key.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
            attributes = decode_ec_private_key(der)
        attributes |= {Attribute.LABEL: kind.value, Attribute.TOKEN: True, Attribute.SIGN: True}
        session.create_object(attributes)
        certificate = decode_x509_certificate(signer.chain[0].public_bytes(Encoding.DER))
        certificate |= {Attribute.LABEL: kind.value, Attribute.TOKEN: True}
        session.create_object(certificate)
"""

SEAL = """
import sys
from datetime import datetime
from pathlib import Path
from documents.errors import DocumentError
from documents.sealing.pkcs11 import TokenSigner
from documents.sealing.sign import seal

library, label, pin, source, target, moment = sys.argv[1:]
try:
    with TokenSigner.open(Path(library), token="house", pin=pin, label=label) as signer:
        when = datetime.fromisoformat(moment)
        data = seal(Path(source).read_bytes(), signer, signed_at=when, comments="By token.")
except DocumentError as error:
    sys.exit(f"{type(error).__name__}: {error}")
Path(target).write_bytes(data)
"""


@pytest.fixture(scope="module")
def token(tmp_path_factory, house, unavailable):
    """A SoftHSM token with both keys: the library's path and the environment that finds it."""
    library = next((one for one in LIBRARIES if Path(one).exists()), None)
    if library is None or shutil.which("softhsm2-util") is None:
        unavailable("SoftHSM (softhsm2) is not installed")
    try:
        import pkcs11  # noqa: F401
    except ImportError:
        unavailable("python-pkcs11 is not installed (the extra «pkcs11»)")
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder}/tokens\n")
    environment = {
        **os.environ,
        "SOFTHSM2_CONF": str(folder / "softhsm2.conf"),
        "PYTHONPATH": str(Path(__file__).parents[3]),
    }
    prepare = ["softhsm2-util", "--init-token", "--free", "--label", "house"]
    prepare += ["--pin", PIN, "--so-pin", "13579"]
    subprocess.run(prepare, env=environment, check=True, capture_output=True)
    fill = [sys.executable, "-c", PREPARE, str(library), str(house), PIN]
    done = subprocess.run(fill, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return str(library), environment


@pytest.fixture
def ask(token, sample, tmp_path, now):
    """Seal the sample in a process of its own; give the process and where the file is."""
    library, environment = token

    def run(label: str, pin: str = PIN):
        (tmp_path / "in.docx").write_bytes(sample)
        target = tmp_path / "out.docx"
        command = [sys.executable, "-c", SEAL, library, label, pin]
        command += [str(tmp_path / "in.docx"), str(target), now.isoformat()]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        return done, target

    return run


@pytest.mark.parametrize(("label", "algorithm"), [("rsa", "rsa-sha256"), ("p256", "ecdsa-sha256")])
def test_a_key_on_a_token_seals(ask, judge, label, algorithm):
    done, target = ask(label)
    assert done.returncode == 0, done.stderr
    verdict = judge(target.read_bytes())
    assert verdict.overall == "TOTAL-PASSED"
    assert verdict.signatures[0].algorithm == algorithm


def test_a_token_and_a_file_give_the_same_rsa_seal(ask, sample, rsa_signer, now):
    """PKCS #1 v1.5 is deterministic, so both backends agree byte for byte."""
    from documents.sealing.sign import seal

    _, target = ask("rsa")
    assert target.read_bytes() == seal(sample, rsa_signer, signed_at=now, comments="By token.")


def test_a_wrong_pin_is_said(ask):
    done, _ = ask("rsa", "0000")
    assert "KeyUnusableError: The token house cannot be opened" in done.stderr


def test_a_label_that_is_not_there_is_said(ask):
    done, _ = ask("absent")
    assert "KeyUnusableError: The token house holds no key “absent”" in done.stderr


def test_without_the_extra_that_is_said(monkeypatch, tmp_path):
    from documents.sealing.errors import KeyUnusableError
    from documents.sealing.pkcs11 import TokenSigner

    monkeypatch.setitem(sys.modules, "pkcs11", None)
    with pytest.raises(KeyUnusableError, match=r"pip install enonce\[pkcs11\]"):
        TokenSigner.open(tmp_path / "x.so", token="t", pin="p", label="l")
