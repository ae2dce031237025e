"""Paths as clients may write them: with or without a slash at the end, and one noun's old name (contract 1)."""

from typing import Any

EVENTS = "/v2.0/events"
_API = "/v2.0/"
_ALIAS = "/v2.0/stream-definition"
_NOUN = "/v2.0/stream-definitions"


def normalize(environ: dict[str, Any]) -> None:
    """Rewrite the path of *environ* to the one form that the routes know."""
    path: str = environ.get("PATH_INFO", "")
    plain = path[:-1] if path.endswith("/") and path != "/" else path
    if plain == _ALIAS or plain.startswith(_ALIAS + "/"):
        plain = _NOUN + plain[len(_ALIAS) :]
    if plain != path:
        environ["PATH_INFO"] = plain


def needs_token(path: str) -> bool:
    """Say whether *path* is one that only a token opens."""
    return path.startswith(_API) and path != _API
