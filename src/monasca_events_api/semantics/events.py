"""What all events have in common, raw and distilled (contract 1.5; semantics 1 and 3)."""

TENANT_ID = "_tenant_id"
"""The key of the tenant: the service sets it, and no client may, nor name a trait so."""

LONGEST_EVENT_TYPE = 255
"""Of posted and of distilled events alike, so that no pattern ever meets a text of megabytes."""

LONGEST_TRAIT_NAME = 100
