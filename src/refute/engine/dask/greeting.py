"""Whether a scheduler answers at an address; checked first, because Dask trusts any answer.

The side that accepts a Dask connection speaks first: the length of its greeting in eight bytes,
then the greeting.  Dask would wait for it forever, or allocate memory for any length.
"""

from __future__ import annotations

import socket
import struct
from time import monotonic
from urllib.parse import urlsplit

LONGEST = 1 << 16
"""The most bytes of a greeting; a scheduler's has about a hundred."""

WORDS = (b"compression", b"python", b"pickle-protocol")
"""Part of every scheduler's greeting."""


def greets(address: str, seconds: float) -> bool:
    """Whether a Dask scheduler at ``tcp://HOST:PORT`` sends its greeting within that time."""
    url = urlsplit(address)
    deadline = monotonic() + seconds
    try:
        with socket.create_connection((url.hostname, url.port), timeout=seconds) as connection:
            (length,) = struct.unpack("=Q", _received(connection, 8, deadline))
            greeting = _received(connection, length, deadline) if length <= LONGEST else b""
    except OSError:
        return False
    return all(word in greeting for word in WORDS)


def _received(connection: socket.socket, length: int, deadline: float) -> bytes:
    """Read this many bytes.

    Raises:
        OSError: they did not arrive in time, or the connection ended.
    """
    data = b""
    while len(data) < length:
        left = deadline - monotonic()
        if left <= 0:
            raise TimeoutError
        connection.settimeout(left)
        more = connection.recv(length - len(data))
        if not more:
            raise ConnectionError
        data += more
    return data
