"""How the log is written, for the ini file: its lines as JSON, and into a file that logrotate moves away."""

import json
import logging
import time
from collections.abc import Mapping
from logging.handlers import WatchedFileHandler
from typing import Any


class FollowedFile(WatchedFileHandler):
    """Writes into a file, and into another one when that is moved away; ``[handler_console] class`` in the ini file.

    The library's handler raises where the new file cannot be opened, in whatever logs: a thread that serves, the relay.
    """

    def emit(self, record: logging.LogRecord) -> None:
        """Write *record*; where that cannot be, standard error says so, and the next one tries again."""
        try:
            super().emit(record)
        except OSError:
            self.handleError(record)


class JsonLines(logging.Formatter):
    """Makes each record one JSON object: ``time`` (UTC), ``level``, ``logger``, ``message``, and its named values.

    The line of a request has its values under their names, ``"status": 200``, in place of a message in one text.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return *record* as one line."""
        line: dict[str, Any] = {
            "time": f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(record.created))}.{int(record.msecs):03d}Z",
            "level": record.levelname,
            "logger": record.name,
        }
        # A library that names values says what they mean in the text between them.
        if isinstance(record.args, Mapping) and record.name.startswith(__package__):
            line |= {"message": str(record.msg).partition(" ")[0], **record.args}
        else:
            line["message"] = record.getMessage()
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)
