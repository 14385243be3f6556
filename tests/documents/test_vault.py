"""The vault keeps bytes whole, says so when they are not, and survives a writer's death."""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents import vault as vault_module
from documents.vault import (
    Vault,
    VaultError,
    VaultFullError,
    VaultMissingError,
    VaultStrayFileError,
    VaultTamperedError,
    VaultUnwritableError,
)


@pytest.fixture(params=["a folder", "an fsspec URL"])
def vault(request: pytest.FixtureRequest, tmp_path: Path) -> Vault:
    if request.param == "a folder":
        return Vault(tmp_path / "vault")
    return Vault(f"memory://{secrets.token_hex(8)}/vault")


def stored(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


def test_what_is_put_is_got_under_its_own_hash(vault: Vault) -> None:
    digest = vault.put(b"Enonce")
    assert digest == hashlib.sha256(b"Enonce").hexdigest()
    assert vault.get(digest) == b"Enonce"
    assert vault.has(digest)
    assert list(vault.digests()) == [digest]


def test_putting_the_same_bytes_again_changes_nothing(vault: Vault) -> None:
    assert vault.put(b"same") == vault.put(b"same")
    assert len(list(vault.digests())) == 1


@given(blobs=st.lists(st.binary(max_size=200), max_size=8))
def test_everything_put_is_there_and_nothing_else(blobs: list[bytes]) -> None:
    vault = Vault(f"memory://{secrets.token_hex(8)}")
    digests = [vault.put(blob) for blob in blobs]
    assert [vault.get(digest) for digest in digests] == blobs
    assert set(vault.digests()) == set(digests)
    assert list(vault.check()) == []


@pytest.mark.parametrize("digest", ["0" * 64, "", "../../etc/passwd", "A" * 64, "0" * 64 + "\n"])
def test_what_was_never_put_is_missing(vault: Vault, digest: str) -> None:
    assert not vault.has(digest)
    with pytest.raises(VaultMissingError) as caught:
        vault.get(digest)
    assert caught.value.digest == digest


@pytest.mark.parametrize(
    "alter",
    [
        pytest.param(lambda data: data[:-1], id="cut by one byte"),
        pytest.param(lambda data: data + b"\0", id="longer by one byte"),
        pytest.param(lambda data: b"", id="emptied"),
        pytest.param(lambda data: bytes([data[0] ^ 1]) + data[1:], id="one bit turned"),
    ],
)
def test_an_altered_file_is_never_handed_on(
    tmp_path: Path, alter: Callable[[bytes], bytes]
) -> None:
    vault = Vault(tmp_path)
    digest = vault.put(b"the adopted text")
    path = Path(vault.path(digest))
    path.write_bytes(alter(b"the adopted text"))
    with pytest.raises(VaultTamperedError) as caught:
        vault.get(digest)
    assert caught.value.file == str(path)
    assert caught.value.expected == digest
    assert caught.value.found == hashlib.sha256(path.read_bytes()).hexdigest()
    assert str(path) in str(caught.value)
    assert "backup" in str(caught.value)


def test_putting_over_an_altered_file_says_so_instead_of_hiding_it(tmp_path: Path) -> None:
    vault = Vault(tmp_path)
    digest = vault.put(b"original")
    Path(vault.path(digest)).write_bytes(b"altered")
    with pytest.raises(VaultTamperedError):
        vault.put(b"original")
    assert Path(vault.path(digest)).read_bytes() == b"altered"


def test_a_check_names_every_altered_stray_and_missing_file(tmp_path: Path) -> None:
    vault = Vault(tmp_path)
    good, bad, gone = vault.put(b"good"), vault.put(b"bad"), vault.put(b"gone")
    Path(vault.path(bad)).write_bytes(b"worse")
    Path(vault.path(gone)).unlink()
    (tmp_path / "note.txt").write_text("mine")
    (tmp_path / good[:2] / "copy.docx").write_text("mine too")
    misplaced = tmp_path / ("ff" if good[:2] != "ff" else "ee") / good
    misplaced.parent.mkdir(exist_ok=True)
    misplaced.write_bytes(b"good")
    faults: dict[str, type[VaultError]] = {
        fault.file: type(fault) for fault in vault.check([good, bad, gone])
    }
    assert faults == {
        vault.path(bad): VaultTamperedError,
        vault.path(gone): VaultMissingError,
        str(tmp_path / "note.txt"): VaultStrayFileError,
        str(tmp_path / good[:2] / "copy.docx"): VaultStrayFileError,
        str(misplaced): VaultStrayFileError,
    }


def test_files_and_folders_are_the_owners_alone(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "vault")
    path = Path(vault.path(vault.put(b"secret draft")))
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "vault").stat().st_mode & 0o777 == 0o700


def test_many_writers_of_the_same_and_of_other_bytes_agree(tmp_path: Path) -> None:
    blobs = [bytes([n]) * 10_000 for n in range(12)]
    start = threading.Barrier(8)
    failures: list[BaseException] = []

    def write() -> None:
        try:
            own = Vault(tmp_path)
            start.wait()
            for blob in blobs:
                assert own.get(own.put(blob)) == blob
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    vault = Vault(tmp_path)
    assert set(vault.digests()) == {hashlib.sha256(blob).hexdigest() for blob in blobs}
    assert list(vault.check()) == []
    assert list((tmp_path / "incoming").iterdir()) == []


class Failing:
    """Lets ``os`` do its work until the nth call of one function, which fails."""

    def __init__(self, name: str, nth: int, code: int) -> None:
        self.name, self.left, self.code = name, nth, code
        self.fired = False

    def __getattr__(self, name: str) -> object:
        real = getattr(os, name)
        if name != self.name:
            return real

        def call(*args: object, **kwargs: object) -> object:
            self.left -= 1
            if self.left == 0:
                self.fired = True
                raise OSError(self.code, os.strerror(self.code))
            return real(*args, **kwargs)

        return call


FAULTS = [
    (name, nth, code)
    for name in ("open", "write", "fsync", "replace")
    for nth in range(1, 5)
    for code in (errno.EIO, errno.ENOSPC)
]


@pytest.mark.parametrize(("name", "nth", "code"), FAULTS)
def test_a_failing_call_leaves_the_whole_file_or_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, nth: int, code: int
) -> None:
    vault = Vault(tmp_path)
    data = b"x" * 100_000
    failing = Failing(name, nth, code)
    with monkeypatch.context() as patched:
        patched.setattr(vault_module, "os", failing)
        try:
            vault.put(data)
            outcome = None
        except VaultError as error:
            outcome = type(error)
    expected = VaultFullError if code == errno.ENOSPC else VaultUnwritableError
    assert outcome is (expected if failing.fired else None)
    assert list((tmp_path / "incoming").iterdir()) == []
    assert list(vault.check()) == []
    assert vault.get(vault.put(data)) == data


def test_a_full_disk_is_told_and_the_vault_goes_on_when_there_is_room(tmp_path: Path) -> None:
    code = """
import resource, signal, sys
from documents.vault import Vault, VaultFullError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
vault = Vault(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, resource.RLIM_INFINITY))
try:
    vault.put(b"x" * 100_000)
except VaultFullError as error:
    print(error)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
vault.put(b"x" * 100_000)
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert "no room left" in done.stdout
    assert len(stored(tmp_path)) == 1
    assert list(Vault(tmp_path).check()) == []


@pytest.mark.parametrize("step", ["write", "fsync", "replace"])
def test_a_writer_killed_in_between_leaves_only_what_the_next_start_sweeps(
    tmp_path: Path, step: str
) -> None:
    code = f"""
import os, signal, sys
from documents import vault
store = vault.Vault(sys.argv[1])
real = os.{step}
def die(*args):
    os.kill(os.getpid(), signal.SIGKILL)
os.{step} = die
store.put(b"half" * 10_000)
"""
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    assert done.returncode == -signal.SIGKILL
    left = stored(tmp_path)
    assert [path.parent.name for path in left] == ["incoming"]
    vault = Vault(tmp_path)
    assert stored(tmp_path) == []
    assert list(vault.check()) == []


def test_a_sweep_leaves_alone_what_another_process_is_writing(tmp_path: Path) -> None:
    code = """
import os, sys
from documents import vault
store = vault.Vault(sys.argv[1])
real = os.fsync
def pause(descriptor):
    print("writing", flush=True)
    sys.stdin.readline()
    real(descriptor)
    os.fsync = real
os.fsync = pause
print(store.put(b"slow"), flush=True)
"""
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as writer:
        assert writer.stdin
        assert writer.stdout
        assert writer.stdout.readline() == "writing\n"
        second = Vault(tmp_path)
        writer.stdin.write("\n")
        writer.stdin.flush()
        digest = writer.stdout.readline().strip()
    assert second.get(digest) == b"slow"


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(VaultUnwritableError) as caught:
        Vault(tmp_path / "file" / "vault")
    assert "could not be stored" in str(caught.value)
