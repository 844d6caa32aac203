"""Reading files that strangers may have made, plain ones and none larger than is bounded; and
what a file is called.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path


class Unreadable(Exception):
    """Why a file is not read, and what to do: to be told after the file's name."""

    def __init__(self, reason: str, remedy: str = "give the path of a text file") -> None:
        super().__init__(f"cannot be read ({reason}): {remedy}")
        self.reason = reason


def read_file(path: Path, most: int, *, follow: bool = False) -> bytes:
    """The bytes of a plain file, of which there may be ``most``.

    A link is only followed where somebody named it: elsewhere it could bring in any file of the
    machine, such as its environment.

    Raises:
        Unreadable: it is missing, a link, a folder, a device, a pipe, or too large.
    """
    # A pipe that nobody writes to would be waited for without end.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        if not follow and path.is_symlink():
            raise Unreadable("a link to another file", "put the file itself there")
        descriptor = os.open(path, flags | (0 if follow else getattr(os, "O_NOFOLLOW", 0)))
        with open(descriptor, "rb") as file:
            found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode):
                raise Unreadable("no plain file")
            # Files of the system say that they are empty, whatever they hold.
            if found.st_size > most or len(data := file.read(most + 1)) > most:
                raise Unreadable(f"larger than {most:,} bytes", "split it")
            return data
    except (OSError, ValueError) as error:
        raise Unreadable(str(getattr(error, "strerror", None) or error)) from None


def from_here(path: Path) -> str:
    """A path as annotations name it: relative to where Refute runs, with forward slashes."""
    here, there = Path.cwd(), Path(os.path.abspath(path))  # without ..
    return (there.relative_to(here) if there.is_relative_to(here) else there).as_posix()
