"""Listening and serving: one process, one event loop, a socket that is bound before anything is loaded."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from byline.errors import SettingsError
from byline.serve.limits import Quotas
from byline.serve.origins import NOBODY, AllowedOrigins
from byline.serve.warm import WarmEngine


@contextmanager
def bind(host: str, port: int) -> Iterator[socket.socket]:
    """A bound socket; port 0 takes any free one. Raises SettingsError when the address cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
            listener.listen(128)  # who comes while the page is being built waits instead of being refused
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise SettingsError(
                f"Byline cannot listen on {host}:{port}: {reason}.",
                "Stop what uses that port, or choose another with --port (0 takes any free one).",
            ) from error
        yield listener


def run(
    engine: WarmEngine,
    listener: socket.socket,
    announce: Callable[[str], None],
    allowed: AllowedOrigins = NOBODY,
    quotas: Quotas | None = None,
) -> None:
    """Starts loading, announces the address, serves until SIGINT or SIGTERM."""
    import uvicorn

    from byline.serve.api import create_app

    host, port = listener.getsockname()[:2]
    engine.start()
    # an open page holds a connection for as long as it is open: a stop must not wait for readers to leave
    config = uvicorn.Config(
        create_app(engine, allowed=allowed, quotas=quotas),
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=2,
    )
    server = uvicorn.Server(config)
    announce(f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}")
    server.run(sockets=[listener])
