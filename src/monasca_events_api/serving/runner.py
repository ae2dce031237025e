"""``[server:main] use = egg:monasca-events-api#server``: waitress's own settings, and ``workers``."""

import logging
import os
import socket
from typing import Any

import plaster
from pyramid.config import global_registries
from waitress.adjustments import Adjustments

from monasca_events_api.serving.supervisor import Supervisor
from monasca_events_api.serving.worker import Worker, parent_is_gone
from monasca_events_api.settings import whole_number

log = logging.getLogger(__name__)

MOST_WORKERS = 256


def serve(application: Any, global_conf: dict[str, str], *, workers: str = "1", **options: str) -> None:
    """Serve *application* until the process is told to end; ends the start on a wrong setting."""
    try:
        number = whole_number(1, MOST_WORKERS)(workers)
        sockets = _sockets(options)
    except (ValueError, OSError) as error:
        raise SystemExit(f"[server:main]\n{error}") from error
    unlistened = {name: value for name, value in options.items() if name not in {"listen", "host", "port"}}
    for each in sockets:
        log.info("serving on %s with %d workers", each.getsockname(), number)
    if number == 1:
        _work(application, sockets, unlistened, parent=None)
        return
    parent = os.getpid()

    def work(*, reloaded: bool) -> None:
        # Told to reload, a new worker reads the ini file anew; the first ones have what the parent has read.
        ours = plaster.get_loader(global_conf["__file__"], ["wsgi"]).get_wsgi_app() if reloaded else application
        _work(ours, sockets, unlistened, parent)

    Supervisor(work, number).run()


def _work(application: Any, sockets: list[socket.socket], options: dict[str, str], parent: int | None) -> None:
    entrance = global_registries.last.entrance
    entrance.start()
    Worker(application, sockets, options).run((lambda: False) if parent is None else parent_is_gone(parent))
    entrance.stop()


def _sockets(options: dict[str, str]) -> list[socket.socket]:
    made = []
    for family, kind, protocol, address in Adjustments(**options).listen:
        each = socket.socket(family, kind, protocol)
        each.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        each.bind(address)
        made.append(each)
    return made
