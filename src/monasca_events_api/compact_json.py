"""JSON as it is stored, shown and announced: every character as it is, and no blanks."""

import json

# Not escaped: consumers read a specification as YAML, where a pair of surrogates is no emoji. Kept, since json.dumps
# makes an encoder for each value, which takes longer than to encode a short one.
compact_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
"""Return a value as JSON."""
