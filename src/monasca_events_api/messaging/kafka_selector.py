"""What kafka-python's loop waits on: the system's selector, without what its errors cost.

Before each read and each write kafka-python asks whether the socket is registered, and mostly it is not. The standard
library then describes the socket for an error that nobody reads, with two system calls: a tenth of all that a single
event costs.
"""

from selectors import DefaultSelector, SelectorKey
from typing import Any


class QuickSelector(DefaultSelector):
    """The system's selector, which finds a registered file by itself and not by its number."""

    def __init__(self) -> None:
        super().__init__()
        self._keys: dict[Any, SelectorKey] = {}

    def register(self, fileobj: Any, events: int, data: Any = None) -> SelectorKey:
        """Register *fileobj*; see ``selectors.BaseSelector.register``."""
        key = self._keys[fileobj] = super().register(fileobj, events, data)
        return key

    def modify(self, fileobj: Any, events: int, data: Any = None) -> SelectorKey:
        """Change what *fileobj* is registered for; see ``selectors.BaseSelector.modify``."""
        key = self._keys[fileobj] = super().modify(fileobj, events, data)
        return key

    def unregister(self, fileobj: Any) -> SelectorKey:
        """Forget *fileobj*; see ``selectors.BaseSelector.unregister``."""
        del self._keys[fileobj]
        return super().unregister(fileobj)

    def get_key(self, fileobj: Any) -> SelectorKey:
        """Return what *fileobj* is registered with. Raises KeyError."""
        return self._keys[fileobj]
