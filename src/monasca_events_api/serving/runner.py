"""``[server:main] use = egg:monasca-events-api#server``: waitress's own settings, and ``workers``."""

import gc
import logging
import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from pyramid.config import global_registries
from waitress.adjustments import Adjustments

from monasca_events_api import ini_file
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
    sockets = _sockets(options)
    return lambda application: _serve(_Application.latest(application), global_conf, int(workers), sockets, options)


class _Application(NamedTuple):
    """What is served: the WSGI application with its filters, and what is started and stopped with it."""

    wsgi: Any
    entrance: Any

    @classmethod
    def latest(cls, wsgi: Any) -> "_Application":
        """Return *wsgi*, which has just been made."""
        return cls(wsgi, global_registries.last.entrance)


def _serve(
    application: _Application,
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
        _work(application, sockets, unlistened, _HangUp(path).ends_the_worker, serves=lambda: None)
        return
    parent = os.getpid()

    def work(serves: Callable[[], None]) -> None:
        _work(application, sockets, unlistened, parent_is_gone(parent), serves)

    def reload() -> bool:
        nonlocal application
        read = _read_anew(path)
        if read is not None:
            application = _Application.latest(read)
        # What is no longer needed, the application before it above all: by itself this process never collects.
        gc.collect()
        return read is not None

    Supervisor(work, number, reload).run()


def _work(
    application: _Application,
    sockets: list[socket.socket],
    options: dict[str, str],
    is_over: Callable[[], bool],
    serves: Callable[[], None],
) -> None:
    begin_to_collect()
    application.entrance.start()
    worker = Worker(application.wsgi, sockets, options)
    serves()
    worker.run(is_over)
    application.entrance.stop()


class _HangUp:
    """SIGHUP to one worker alone: nobody is there to replace it, so it ends in order.

    Whoever looks after it starts it again, with the file as it is then; with a wrong one it could not be started.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._heard = False
        signal.signal(signal.SIGHUP, lambda *_: self._hear())

    def ends_the_worker(self) -> bool:
        """Say whether the signal has come and the file is right. Not in the handler, which may find any lock taken."""
        if self._heard:
            self._heard = False
            with _telling_why_not():
                ini_file.check(self._path)
                return True
        return False

    def _hear(self) -> None:
        self._heard = True


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
    """Return sockets for all that *options* names. Raises WrongSettings."""
    made = []
    wanted = Adjustments(**options).listen
    ports = {address[1] for family, _, _, address in wanted if family == socket.AF_INET}
    for family, kind, protocol, address in wanted:
        each = socket.socket(family, kind, protocol)
        each.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6 and address[1] in ports:
            # With ``*`` there is one of each kind, and by itself this one would take the port of the other, too.
            each.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        try:
            each.bind(address)
        except OSError as error:
            raise WrongSettings([f"[server:main] listen: {address[0]}:{address[1]}: {error.strerror}"]) from error
        made.append(each)
    return made
