"""Why kafka-python cannot connect, or sends again: it tells this to its log alone, and several times a second."""

import logging
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager

# Not how many milliseconds it has waited: they differ from one time to the next, and each would be another reason.
_FAILED = re.compile(r"failed: (?P<reason>.*?)(?: after [0-9]+ ms)?(?: \(backoff .*)?$", re.DOTALL)
_SENDS_AGAIN = re.compile(r"error produce response .*topic='(?P<topic>[^']+)'.*attempts left\): (?P<error>\w+)")

_log = logging.getLogger("kafka")
# In the log of the service it would bury all else. An ini file that gives this logger a handler has it all.
_log.propagate = False
_log.addHandler(logging.NullHandler())
if _log.level == logging.NOTSET:
    # Else what the service's own log leaves out would not be told here either.
    _log.setLevel(logging.WARNING)


@contextmanager
def reasons_of_failure() -> Iterator[list[str]]:
    """Give a list that gets the reasons why connections fail in the ``with``, each once."""
    listener = _Listener()
    _log.addHandler(listener)
    try:
        yield listener.reasons
    finally:
        _log.removeHandler(listener)


class _LastAnswers(logging.Handler):
    """Keeps, for each topic, the last error that made the library try again; at the end that says only: time-out."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._told: dict[str, tuple[float, str]] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Keep what a broker has answered."""
        said = _SENDS_AGAIN.search(record.getMessage())
        if said:
            self._told[said["topic"]] = (time.monotonic(), said["error"])

    def since(self, began: float, topic: str) -> str:
        """Return the last error of *topic*, empty when there was none since *began*, on the monotonic clock."""
        told, error = self._told.get(topic, (0.0, ""))
        return error if told >= began else ""


last_answers = _LastAnswers()
logging.getLogger("kafka.producer.sender").addHandler(last_answers)


class _Listener(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.reasons: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep what *record* says of a connection."""
        said = _FAILED.search(record.getMessage()) if record.name == "kafka.net.manager" else None
        if said and said["reason"] not in self.reasons:
            self.reasons.append(said["reason"])
