"""The vault: every version's bytes, stored once under their own SHA-256.

What is written is never changed; what is read is hashed again, so a file that was altered on disk
is never handed on. A local folder is written so that a crash, a full disk or a failing fsync
leaves either the whole file or none; other places are reached through fsspec. Who may read what,
and which digest belongs to which dossier, is not known here.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Protocol

from documents.errors import N_, DocumentError

_DIGEST = re.compile(r"[0-9a-f]{64}")
_INCOMING = "incoming"
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class VaultError(DocumentError):
    """Base of the vault's errors. ``file`` names the file they are about."""

    file: str


class VaultTamperedError(VaultError):
    """A stored file no longer has the digest that is its name."""

    def __init__(self, file: str, expected: str, found: str) -> None:
        self.file, self.expected, self.found = file, expected, found
        super().__init__(
            N_(
                "The stored file {file} has been altered since it was stored. Restore it from a "
                "backup."
            ),
            file=file,
            expected=expected,
            found=found,
        )


class VaultMissingError(VaultError):
    """The vault holds nothing under this digest."""

    def __init__(self, file: str, digest: str) -> None:
        self.file, self.digest = file, digest
        super().__init__(
            N_("The stored file {file} is missing. Restore it from a backup."),
            file=file,
            digest=digest,
        )


class VaultFullError(VaultError):
    """There is no room left; nothing was stored."""

    def __init__(self, file: str) -> None:
        self.file = file
        super().__init__(
            N_("There is no room left to store {file}. Free space on the disk and try again."),
            file=file,
        )


class VaultUnwritableError(VaultError):
    """The store refused a write for another reason than room; nothing was stored."""

    def __init__(self, file: str, reason: str) -> None:
        self.file, self.reason = file, reason
        super().__init__(
            N_(
                "The file {file} could not be stored ({reason}). Check the disk and its rights, "
                "then try again."
            ),
            file=file,
            reason=reason,
        )


class VaultStrayFileError(VaultError):
    """A file lies in the vault that the vault did not put there."""

    def __init__(self, file: str) -> None:
        self.file = file
        super().__init__(
            N_("The file {file} does not belong in the vault. Move it elsewhere."), file=file
        )


class Vault:
    """A content-addressed store in a folder or at an fsspec URL.

    ``root`` is a path or a URL (``s3://bucket/folder``, ``memory://x``). A folder is made if it is
    not there, readable by its owner only, and swept of what a killed writer left.
    """

    def __init__(self, root: str | Path) -> None:
        text = str(root)
        local = "://" not in text or text.startswith("file://")
        self._store: _Store = _Folder(Path(text.removeprefix("file://"))) if local else _Url(text)

    def put(self, data: bytes) -> str:
        """Store bytes and give their digest; storing the same bytes again changes nothing.

        On return a local file is on disk, not only in memory. Raises VaultFullError,
        VaultUnwritableError, or VaultTamperedError when other bytes lie under this digest.
        """
        digest = hashlib.sha256(data).hexdigest()
        held = self._store.read(digest)
        if held is not None and held != data:
            raise VaultTamperedError(
                self._store.path(digest), digest, hashlib.sha256(held).hexdigest()
            )
        self._store.write(digest, data, held is not None)
        return digest

    def get(self, digest: str) -> bytes:
        """The bytes with this digest, hashed. Raises VaultMissingError, VaultTamperedError."""
        data = self._store.read(digest) if _DIGEST.fullmatch(digest) else None
        if data is None:
            raise VaultMissingError(self.path(digest), digest)
        found = hashlib.sha256(data).hexdigest()
        if found != digest:
            raise VaultTamperedError(self.path(digest), digest, found)
        return data

    def has(self, digest: str) -> bool:
        """Whether a file with this digest is there; it is not read."""
        return _DIGEST.fullmatch(digest) is not None and self._store.holds(digest)

    def path(self, digest: str) -> str:
        """Where a file with this digest is, or would be."""
        return self._store.path(digest) if _DIGEST.fullmatch(digest) else digest

    def digests(self) -> Iterator[str]:
        """Every digest in the vault, in order."""
        return (name for name in self._store.names() if _is_place(name))

    def check(self, expected: Iterable[str] = ()) -> Iterator[VaultError]:
        """Read everything and yield what is wrong: altered, stray, missing of ``expected``."""
        wanted = set(expected)
        for name in self._store.names():
            if not _is_place(name):
                yield VaultStrayFileError(self._store.stray(name))
                continue
            wanted.discard(name)
            try:
                self.get(name)
            except VaultError as error:
                yield error
        for digest in sorted(wanted):
            yield VaultMissingError(self.path(digest), digest)


def _is_place(name: str) -> bool:
    return _DIGEST.fullmatch(name) is not None


class _Store(Protocol):
    """Where the bytes lie. ``names`` yields digests, and relative paths of what is no digest."""

    def path(self, digest: str) -> str: ...
    def stray(self, name: str) -> str: ...
    def holds(self, digest: str) -> bool: ...
    def read(self, digest: str) -> bytes | None: ...
    def write(self, digest: str, data: bytes, held: bool) -> None: ...
    def names(self) -> Iterator[str]: ...


class _Folder:
    """``root/ab/abcd…`` for the files, ``root/incoming`` for those being written."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._incoming = root / _INCOMING
        try:
            # Two calls: the mode counts for the last folder only.
            root.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._incoming.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise VaultUnwritableError(str(root), error.strerror or str(error)) from error
        self._sweep()

    def _place(self, digest: str) -> Path:
        return self._root / digest[:2] / digest

    def path(self, digest: str) -> str:
        return str(self._place(digest))

    def stray(self, name: str) -> str:
        return str(self._root / name)

    def holds(self, digest: str) -> bool:
        return self._place(digest).is_file()

    def read(self, digest: str) -> bytes | None:
        try:
            return self._place(digest).read_bytes()
        except FileNotFoundError:
            return None

    def write(self, digest: str, data: bytes, held: bool) -> None:
        place = self._place(digest)
        try:
            if not held:
                self._write_new(place, data)
            # Also when it was there: its writer may not have come this far yet.
            _sync_folder(place.parent)
        except OSError as error:
            if error.errno in _FULL:
                raise VaultFullError(str(place)) from error
            raise VaultUnwritableError(str(place), error.strerror or str(error)) from error

    def _write_new(self, place: Path, data: bytes) -> None:
        descriptor, temporary = self._open_temporary()
        try:
            try:
                view = memoryview(data)
                while view:
                    view = view[os.write(descriptor, view) :]
                os.fsync(descriptor)
                if not place.parent.is_dir():
                    place.parent.mkdir(mode=0o700, exist_ok=True)
                    _sync_folder(self._root)
                os.replace(temporary, place)
            except BaseException:
                with suppress(OSError):
                    temporary.unlink()
                raise
        finally:
            os.close(descriptor)

    def _open_temporary(self) -> tuple[int, Path]:
        """A new file under a lock that dies with its writer; a sweep takes what is unlocked."""
        while True:
            path = self._incoming / f"{secrets.token_hex(16)}.part"
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                # A sweep may have come between the two calls and taken the file away.
                if os.fstat(descriptor).st_nlink:
                    return descriptor, path
            except BaseException:
                os.close(descriptor)
                with suppress(OSError):
                    path.unlink()
                raise
            os.close(descriptor)

    def _sweep(self) -> None:
        for path in self._incoming.glob("*.part"):
            with suppress(OSError):
                descriptor = os.open(path, os.O_RDONLY)
                try:
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    path.unlink()
                finally:
                    os.close(descriptor)

    def names(self) -> Iterator[str]:
        for folder in sorted(self._root.iterdir()):
            if folder == self._incoming:
                continue
            if not folder.is_dir():
                yield folder.name
                continue
            for file in sorted(folder.iterdir()):
                at_home = _is_place(file.name) and file.name.startswith(folder.name)
                yield file.name if at_home else f"{folder.name}/{file.name}"


def _sync_folder(folder: Path) -> None:
    """Make the folder's list of names last: a rename is not on disk before."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class _FileSystem(Protocol):
    """What is used of fsspec's file systems."""

    def isfile(self, path: str) -> bool: ...
    def cat_file(self, path: str) -> bytes: ...
    def makedirs(self, path: str, exist_ok: bool) -> None: ...
    def pipe_file(self, path: str, value: bytes) -> None: ...
    def rm_file(self, path: str) -> None: ...
    def find(self, path: str) -> list[str]: ...


class _Url:
    """Any place fsspec reaches. Object stores show a file when it is whole, not before."""

    def __init__(self, url: str) -> None:
        # Only here: a house on one disk never needs it.
        self._fs: _FileSystem
        self._root: str
        self._fs, self._root = import_module("fsspec.core").url_to_fs(url)

    def path(self, digest: str) -> str:
        return f"{self._root}/{digest[:2]}/{digest}"

    def stray(self, name: str) -> str:
        return f"{self._root}/{name}"

    def holds(self, digest: str) -> bool:
        return self._fs.isfile(self.path(digest))

    def read(self, digest: str) -> bytes | None:
        try:
            return self._fs.cat_file(self.path(digest))
        except FileNotFoundError:
            return None

    def write(self, digest: str, data: bytes, held: bool) -> None:
        if held:
            return
        path = self.path(digest)
        try:
            self._fs.makedirs(path.rpartition("/")[0], exist_ok=True)
            self._fs.pipe_file(path, data)
        except OSError as error:
            with suppress(OSError):
                self._fs.rm_file(path)
            if error.errno in _FULL:
                raise VaultFullError(path) from error
            raise VaultUnwritableError(path, error.strerror or str(error)) from error

    def names(self) -> Iterator[str]:
        for path in sorted(self._fs.find(self._root)):
            name = path[len(self._root) :].lstrip("/")
            shard, _, digest = name.partition("/")
            yield digest if _is_place(digest) and digest.startswith(shard) else name
