"""A line between a program and its server that is cut where the test says: real bytes on real sockets."""

import select
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest_socket

SERVER = ".s.PGSQL.5432"


class Line:
    """Carries bytes both ways until the program says ``COMMIT``; ``delivered`` decides whether the server still hears that."""

    def __init__(self, server: Path, folder: Path, *, delivered: bool) -> None:
        self._server = server / SERVER
        self._delivered = delivered
        self._door = socket.socket(socket.AF_UNIX)
        self._door.bind(str(folder / SERVER))
        self._door.listen()
        self.cuts = 0
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def close(self) -> None:
        self._door.shutdown(socket.SHUT_RDWR)
        self._thread.join(30)
        self._door.close()

    def _serve(self) -> None:
        while True:
            try:
                program, _ = self._door.accept()
            except OSError:
                return
            with program, socket.socket(socket.AF_UNIX) as server:
                server.connect(str(self._server))
                self._carry(program, server)

    def _carry(self, program: socket.socket, server: socket.socket) -> None:
        while True:
            ready, _, _ = select.select([program, server], [], [], 30)
            for end, other in ((program, server), (server, program)):
                if end not in ready:
                    continue
                heard = end.recv(65536)
                last = end is program and b"COMMIT\0" in heard
                if not heard or (last and not self._delivered):
                    self.cuts += last
                    return
                other.sendall(heard)
                if last:
                    server.recv(65536)  # the server's answer: all is recorded, and the program never hears it
                    self.cuts += 1
                    return


@contextmanager
def cut_at_commit(server: Path, folder: Path, *, delivered: bool) -> Iterator[Line]:
    """A line from a socket in ``folder`` to the server's, cut at each ``COMMIT``, before or after the server has heard it."""
    pytest_socket.enable_socket()
    line = Line(server, folder, delivered=delivered)
    try:
        yield line
    finally:
        line.close()
        pytest_socket.disable_socket(allow_unix_socket=True)
