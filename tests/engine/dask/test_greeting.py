"""A scheduler is distinguished from anything else that answers, in bounded time and memory."""

import os
import socket
import struct
import threading
from contextlib import suppress

import pytest

from refute.engine.dask.greeting import greets

SAID = {
    "nothing": [],
    "HTTP": [b"HTTP/1.1 400 Bad Request\r\n\r\n"],
    "SSH": [b"SSH-2.0-OpenSSH_9.2p1\r\n"],
    "noise": [os.urandom(65536)] * 1000,
    "zeros": [bytes(65536)] * 1000,
    "a promise": [struct.pack("=Q", 60_000)],
    "other words": [struct.pack("=Q", 5), b"hello"],
    "a byte at a time": [b"\0"] * 300,
}
"""Parts, a fifth of a second between those of a byte; then silence: a minute of either."""


@pytest.fixture
def server():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


@pytest.mark.parametrize("said", SAID)
def test_what_is_no_scheduler_is_told_in_time(server, said):
    told, hung_up = threading.Event(), threading.Event()

    def answer():
        peer, _ = server.accept()
        with peer, suppress(OSError):
            for part in SAID[said]:
                peer.sendall(part)
                if told.wait(0.2 if len(part) == 1 else 0):
                    return
            if not told.wait(60):
                hung_up.set()

    threading.Thread(target=answer, daemon=True).start()
    assert not greets(f"tcp://127.0.0.1:{server.getsockname()[1]}", 0.5)
    assert not hung_up.is_set()
    told.set()


def test_nobody_is_no_scheduler_nor_is_who_hangs_up(server):
    assert not greets("tcp://127.0.0.1:1", 0.5)
    threading.Thread(target=lambda: server.accept()[0].close(), daemon=True).start()
    assert not greets(f"tcp://127.0.0.1:{server.getsockname()[1]}", 0.5)


def test_a_scheduler_is_one(loopback):
    assert greets(loopback.address, 5)
