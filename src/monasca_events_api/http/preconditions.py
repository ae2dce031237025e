"""``If-Match`` and ``If-None-Match``: which entity tags a client names (contract 1.4, ETag)."""

import re

_TAG = re.compile(r'(W/)?"([^"]*)"')
_HEADER = re.compile(rf"\s*\*\s*|[\s,]*{_TAG.pattern}(?:\s*,[\s,]*{_TAG.pattern})*[\s,]*")


def well_formed(header: str) -> bool:
    """Say whether *header* is a list of entity tags or ``*`` (RFC 9110, 13.1.1)."""
    return _HEADER.fullmatch(header) is not None


def names(header: str, tag: str, *, weak: bool = False) -> bool:
    """Say whether *header*, a list of entity tags or ``*`` for any, names *tag*.

    A weak tag (``W/"1"``) is as good as a strong one only where *weak* says so (RFC 9110, 8.8.3.2).
    """
    if header.strip() == "*":
        return True
    return any(found[2] == tag and (weak or not found[1]) for found in _TAG.finditer(header))
