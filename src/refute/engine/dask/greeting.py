"""Whether a scheduler answers at an address: asked before Dask does, which trusts whatever answers.

Whoever accepts a connection of Dask's speaks first: the length of its greeting in eight bytes, then
the greeting.  Dask would wait for an answer without end, or make room for one of any length.
"""

from __future__ import annotations

import socket
import struct
from time import monotonic
from urllib.parse import urlsplit

LONGEST = 1 << 16
"""Bytes of a greeting; a scheduler's has about a hundred."""

WORDS = (b"compression", b"python", b"pickle-protocol")
"""What a scheduler greets with, among other things."""


def greets(address: str, seconds: float) -> bool:
    """Whether a Dask scheduler greets whoever connects to ``tcp://HOST:PORT``, in that time."""
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
    """So many bytes.

    Raises:
        OSError: they did not come in time, or the connection ended.
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
