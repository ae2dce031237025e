"""Why kafka-python cannot connect: it tells this to its log alone, and several times a second."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager

_FAILED = re.compile(r"failed: (?P<reason>.*?)(?: \(backoff .*)?$", re.DOTALL)

_log = logging.getLogger("kafka")
# In the log of the service it would bury all else. An ini file that gives this logger a handler has it all.
_log.propagate = False
_log.addHandler(logging.NullHandler())


@contextmanager
def reasons_of_failure() -> Iterator[list[str]]:
    """Give a list that gets the reasons why connections fail in the ``with``, each once."""
    listener = _Listener()
    _log.addHandler(listener)
    try:
        yield listener.reasons
    finally:
        _log.removeHandler(listener)


class _Listener(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.reasons: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep what *record* says of a connection."""
        said = _FAILED.search(record.getMessage()) if record.name == "kafka.net.manager" else None
        if said and said["reason"] not in self.reasons:
            self.reasons.append(said["reason"])
