"""What is at hand in ``pshell development.ini`` (contract 3): ``setup`` of the ini file's ``[pshell]``."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from transaction.interfaces import NoTransaction

from monasca_events_api.storage import models


def setup(env: dict[str, Any]) -> Iterator[None]:
    """Add to *env* ``session``, ``tm``, ``models``, each model by its name, ``settings`` and ``kinds``.

    ``request`` is there already. The session is in a transaction, which ``tm.commit()`` makes last and the end
    of the shell rolls back; after ``tm.commit()`` or ``tm.abort()`` the next one begins with ``tm.begin()``.
    """
    request = env["request"]
    request.tm.begin()
    env["tm"] = request.tm
    env["session"] = request.database.session(request.tm)
    env["settings"] = request.settings
    env["kinds"] = request.kinds
    env["models"] = models
    env.update({mapper.class_.__name__: mapper.class_ for mapper in models.Base.registry.mappers})
    try:
        yield
    finally:
        with suppress(NoTransaction):
            request.tm.abort()
