"""``[server:main] use = egg:monasca-events-api#server``: waitress's own settings, and ``workers``."""

import gc
import logging
import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from pyramid.config import global_registries
from waitress.adjustments import Adjustments

from monasca_events_api.http import ini_file
from monasca_events_api.serving import systemd
from monasca_events_api.serving.memory import begin_to_collect, do_not_collect, use_one_arena
from monasca_events_api.serving.supervisor import Supervisor
from monasca_events_api.serving.worker import Worker, parent_is_gone
from monasca_events_api.settings import WrongSettings, ini_loader

log = logging.getLogger(__name__)


def server_factory(global_conf: dict[str, str], *, workers: str = "1", **options: str) -> Callable[[Any], None]:
    """Return what serves an application until the process is told to end.

    pserve makes the server before the application, and only what is raised by now decides its exit status:
    so the whole ini file is checked here. Raises WrongSettings.
    """
    do_not_collect()
    ini_file.check(global_conf["__file__"])
    try:
        sockets = _sockets(options)
    except OSError as error:
        raise WrongSettings([f"[server:main] listen: {error.strerror}"]) from error
    return lambda application: _serve(application, global_conf, int(workers), sockets, options)


def _serve(
    application: Any,
    global_conf: dict[str, str],
    number: int,
    sockets: list[socket.socket],
    options: dict[str, str],
) -> None:
    use_one_arena()
    path = global_conf["__file__"]
    unlistened = {name: value for name, value in options.items() if name not in {"listen", "host", "port"}}
    for each in sockets:
        each.listen()  # a worker does it again, with its own backlog
        host, port = each.getsockname()[:2]
        log.info("serving address=%s port=%d workers=%d", host, port, number)
    systemd.ready()
    if number == 1:
        signal.signal(signal.SIGHUP, lambda *_: _end_to_be_started_anew(path))
        _work(application, sockets, unlistened, alone=lambda: False, serves=lambda: None)
        return
    parent = os.getpid()

    def work(serves: Callable[[], None]) -> None:
        _work(application, sockets, unlistened, parent_is_gone(parent), serves)

    def reload() -> bool:
        nonlocal application
        read = _read_anew(path)
        if read is not None:
            application = read
        # What is no longer needed, the application before it above all: by itself this process never collects.
        gc.collect()
        return read is not None

    Supervisor(work, number, reload).run()


def _work(
    application: Any,
    sockets: list[socket.socket],
    options: dict[str, str],
    alone: Callable[[], bool],
    serves: Callable[[], None],
) -> None:
    entrance = global_registries.last.entrance
    begin_to_collect()
    entrance.start()
    worker = Worker(application, sockets, options)
    serves()
    worker.run(alone)
    entrance.stop()


def _end_to_be_started_anew(path: str) -> None:
    # Nobody is there to replace one worker alone: it ends in order, and who looks after it starts it with the file as
    # it is then. With a wrong one it could not be started.
    with _telling_why_not():
        ini_file.check(path)
        os.kill(os.getpid(), signal.SIGTERM)


def _read_anew(path: str) -> Any | None:
    """Return the application of the ini file as it is now, or None where it cannot be."""
    with _telling_why_not():
        ini_file.check(path)
        return ini_loader(path).get_wsgi_app()
    return None


@contextmanager
def _telling_why_not() -> Iterator[None]:
    try:
        yield
    except WrongSettings as error:
        for fault in error.faults:
            log.error("not reloaded fault=%s", fault)  # noqa: TRY400 - a fault of the file needs no trace
    except Exception:
        log.exception("not reloaded")


def _sockets(options: dict[str, str]) -> list[socket.socket]:
    made = []
    wanted = Adjustments(**options).listen
    ports = {address[1] for family, _, _, address in wanted if family == socket.AF_INET}
    for family, kind, protocol, address in wanted:
        each = socket.socket(family, kind, protocol)
        each.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6 and address[1] in ports:
            # With ``*`` there is one of each kind, and by itself this one would take the port of the other, too.
            each.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        each.bind(address)
        made.append(each)
    return made
