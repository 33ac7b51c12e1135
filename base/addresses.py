"""Find the addresses under which this computer and the phones in the room reach the server."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit


def lan_host() -> str | None:
    """Return this computer's address on its local network, or None when it has no network.

    Connecting a datagram socket sends nothing; it only makes the system choose the outgoing address.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("10.255.255.255", 1))
        except OSError:
            return None
        host = str(probe.getsockname()[0])
    return None if host.startswith(("127.", "0.")) else host


def phone_address(*, public_url: str, requested_url: str) -> str:
    """Return the address that phones should open, without a closing slash.

    The operator's own public address comes first. Otherwise the address that the page was asked for is good,
    unless it is this computer's name for itself, which means nothing on a phone.
    """
    if public_url:
        return public_url.rstrip("/")
    asked = urlsplit(requested_url)
    host = asked.hostname or ""
    if host in {"localhost", "::1"} or host.startswith("127."):
        host = lan_host() or host
    port = f":{asked.port}" if asked.port and asked.port not in {80, 443} else ""
    shown = f"[{host}]" if ":" in host else host
    return f"{asked.scheme}://{shown}{port}"
