"""Refuse every connection and name look-up beyond this machine.

Python imports a module of this name at start-up, so with this folder on PYTHONPATH the guard also holds in
the kernels and other Python processes that a test starts. An audit hook sees each call of the socket module
whatever wrapped it, and cannot be removed: https://docs.python.org/3/library/audit_events.html
"""

from __future__ import annotations

import ipaddress
import socket
import sys
from typing import Any

LOCAL_NAMES = {"", "localhost", "localhost.localdomain"}


class NetworkRefusedError(ConnectionError):
    """A test reached for the network; as an OSError, to code under test it is a network that is down."""


def is_local(host: object) -> bool:
    """Whether `host`, a name or an address, is this machine."""
    name = host.decode() if isinstance(host, bytes) else host
    if name is None or name in LOCAL_NAMES:
        return True
    try:
        return ipaddress.ip_address(str(name)).is_loopback
    except ValueError:
        return False


def guard(event: str, args: tuple[Any, ...]) -> None:
    """Raise NetworkRefusedError where a socket event names another machine."""
    if event in ("socket.connect", "socket.sendto"):
        if args[0].family not in (socket.AF_INET, socket.AF_INET6):
            return
        host = args[1][0]
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = args[0]
    else:
        return
    if not is_local(host):
        raise NetworkRefusedError(f"the tests may not use the network: {event} to {host!r}")


sys.addaudithook(guard)
