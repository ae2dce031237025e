"""Values in the reasons that a person reads."""

import json
from typing import Any

_LONGEST_SHOWN = 100


def described(value: Any) -> str:
    """Write *value* as JSON for a person, shortened if it is long."""
    if isinstance(value, dict | list):
        return f"{'an object' if isinstance(value, dict) else 'a list'} of {len(value)}"
    if isinstance(value, str):
        cut = value[:_LONGEST_SHOWN]
        return json.dumps(cut, ensure_ascii=False) + ("…" if len(value) > len(cut) else "")
    try:
        return json.dumps(value)[:_LONGEST_SHOWN]
    except TypeError:
        return f"a {type(value).__name__}"
    except ValueError:
        # An integer of more digits than Python writes in decent time.
        return "a very long number"
