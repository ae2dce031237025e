"""Tells systemd that the service is there (``Type=notify``, sd_notify(3)); elsewhere it does nothing."""

import logging
import os
import socket

log = logging.getLogger(__name__)


def ready() -> None:
    """Say that whoever connects from now on will be served."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
            # An @ stands for the NUL of a socket that is no file.
            told.sendto(b"READY=1", f"\0{address[1:]}" if address.startswith("@") else address)
    except OSError as error:
        log.warning("could not tell systemd that it is ready error=%s", error)
