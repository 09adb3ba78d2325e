"""A way to a server that can be cut or slowed down: what a visitor's network does when it drops or is busy."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress

ENDS_S = 10


class Relay:
    """Passes bytes between a port of its own on loopback and a server's; `cut` breaks every connection.

    Args:
        port: Where the server listens on loopback.

    Attributes:
        slow: Let what the server says through in small bits with a pause after each, so that a page is seen in
            every state that it passes through while it is drawn.
    """

    BIT_BYTES = 16384
    PAUSE_S = 0.01

    def __init__(self, port: int) -> None:
        self._target = port
        self._open = True
        self.slow = False
        self._lock = threading.Lock()
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def cut(self) -> int:
        """Break all connections and let no new one through; return how many were broken."""
        with self._lock:
            self._open = False
            pairs, self._pairs = self._pairs, []
        for pair in pairs:
            _end(*pair)
        return len(pairs)

    def mend(self) -> None:
        """Let connections through again."""
        with self._lock:
            self._open = True

    def close(self) -> None:
        """Break everything and stop listening."""
        self.cut()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(ENDS_S)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                self._join(near)

    def _join(self, near: socket.socket) -> None:
        with self._lock:
            if not self._open:
                near.close()
                return
            far = socket.create_connection(("127.0.0.1", self._target))
            self._pairs.append((near, far))
        threading.Thread(target=self._pass_on, args=(near, far), daemon=True).start()
        threading.Thread(target=self._pass_on, args=(far, near, True), daemon=True).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket, to_browser: bool = False) -> None:
        """Pass bytes on until one side ends, then end the other."""
        with suppress(OSError):
            while data := source.recv(self.BIT_BYTES if to_browser and self.slow else 65536):
                sink.sendall(data)
                if to_browser and self.slow:
                    time.sleep(self.PAUSE_S)
        _end(source, sink)


def _end(*ends: socket.socket) -> None:
    for end in ends:
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()
