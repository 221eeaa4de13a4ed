"""Free ports below those that the kernel hands out for outgoing connections."""

import socket
from collections.abc import Iterable

PRIVATE = range(21000, 32000)
"""Below 32768, where Linux begins to take ports for outgoing connections: none of them is lost to one."""


def is_free(port: int) -> bool:
    """Whether a server could listen on this port of the loopback address now."""
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_ports(count: int, among: Iterable[int]) -> list[int]:
    """The first `count` free ports. Raises `OSError` when there are fewer."""
    found = []
    for port in among:
        if is_free(port):
            found.append(port)
        if len(found) == count:
            return found
    raise OSError(f"only {len(found)} of {count} free ports found")
