"""How deep JSON data is nested, found without recursion."""

from typing import Any


def deeper_than(levels: int, value: Any) -> bool:
    """Say whether *value* has more than so many levels of lists and objects, itself included."""
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(levels):
        if not level:
            return False
        level = [
            each
            for holder in level
            for each in (holder.values() if isinstance(holder, dict) else holder)
            if isinstance(each, dict | list)
        ]
    return bool(level)
