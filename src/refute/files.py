"""Reads files that strangers may have made, within bounds; writes files whole; names files."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from secrets import token_hex


class Unreadable(Exception):
    """A file cannot be read; the message says why and what to do, to follow the file's name."""

    def __init__(self, reason: str, remedy: str = "check the path") -> None:
        super().__init__(f"cannot be read ({reason}): {remedy}")
        self.reason = reason


def read_file(path: Path, most: int, *, follow: bool = False) -> bytes:
    """Read a plain file of at most ``most`` bytes.

    ``follow`` follows a symbolic link, which is safe only if a person named the file: a stranger's
    link could expose any file of the machine, such as its environment.

    Raises:
        Unreadable: it is missing, a link, a folder, a device, a pipe, or too large.
    """
    # Without O_NONBLOCK, a pipe that nobody writes to would block forever.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        if not follow and path.is_symlink():
            raise Unreadable("a link to another file", "put the file itself there")
        descriptor = os.open(path, flags | (0 if follow else getattr(os, "O_NOFOLLOW", 0)))
        with open(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise Unreadable("not a plain file")
            # System files claim to be empty, so the size alone does not bound what is read.
            if status.st_size > most or len(data := file.read(most + 1)) > most:
                raise Unreadable(f"larger than {most:,} bytes", "split it")
            return data
    except (OSError, ValueError) as error:
        raise Unreadable(str(getattr(error, "strerror", None) or error)) from None


class Unwritable(Exception):
    """A file cannot be written; the message says which, why and what to do."""

    def __init__(self, path: Path, error: OSError) -> None:
        remedy = _REMEDIES.get(error.errno or 0, "make its folder writable")
        super().__init__(f"{path}: cannot be written ({error.strerror}): {remedy}")


_REMEDIES = {
    errno.ENOSPC: "make room",
    errno.EDQUOT: "make room",
    errno.ENAMETOOLONG: "choose a shorter name",
    errno.EEXIST: "choose another path",
    errno.ENOTDIR: "choose another path",
    errno.EISDIR: "choose another path",
    errno.EINVAL: "name a file",
}
"""What to do about an error, if it is not about permissions."""


def write_whole(path: Path, data: bytes) -> None:
    """Replace a file atomically, so that no reader ever sees half of it.

    Raises:
        Unwritable: the file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.{token_hex(4)}.part")
        try:
            with part.open("xb") as file:  # a plain file, so that its mode follows the umask
                file.write(data)
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    except ValueError:  # a path without a name, or with a null character
        raise Unwritable(path, OSError(errno.EINVAL, os.strerror(errno.EINVAL))) from None
    except OSError as error:
        raise Unwritable(path, error) from None


def from_here(path: Path) -> str:
    """Return a path as it is shown: relative to the working directory, with forward slashes."""
    here, there = Path.cwd(), Path(os.path.abspath(path))  # without ..
    return (there.relative_to(here) if there.is_relative_to(here) else there).as_posix()
