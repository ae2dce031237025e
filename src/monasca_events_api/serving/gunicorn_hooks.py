"""``gunicorn --config python:monasca_events_api.serving.gunicorn_hooks --paste production.ini``.

What gunicorn cannot know of the service: that the ini file is to be checked before there are workers, that each of
these has a relay, and that its lease is to be given back. Nothing here imports gunicorn, which is the operator's own.
"""

from typing import Any

from pyramid.config import global_registries

from monasca_events_api import ini_file

forwarded_allow_ips = ""
"""The application decides which proxies it believes (``api.trusted_proxies``); gunicorn would believe this host."""


def on_starting(server: Any) -> None:
    """Check the ini file: a worker that cannot start would be started again and again. Raises WrongSettings."""
    ini_file.check(server.cfg.paste)


def post_worker_init(_worker: Any) -> None:
    """Start the relay, which would else wait for the worker's first request."""
    global_registries.last.entrance.start()


def worker_exit(_server: Any, worker: Any) -> None:
    """End in order, so that another process can take over at once."""
    if worker.booted:
        global_registries.last.entrance.stop()
