"""What the load sends; ``@`` stands for an id that was never used."""

import json
from typing import Any

STREAM_DEFINITION = {
    "name": "provisioning @",
    "description": "an instance that was not up an hour after it was asked for",
    "select": [{"event_type": ["compute.instance.*", "!*.exists"], "traits": {"state": "building"}}],
    "group_by": ["instance_id"],
    "fire_criteria": [
        {"event_type": "compute.instance.create.start"},
        {"event_type": "compute.instance.create.end", "traits": {"memory_mb": {"int": "> 511"}}},
    ],
    "expiration": 3_600_000,
    "fire_actions": ["56330521-92da-4a84-8239-73d880b978fa"],
    "expire_actions": ["ed469bb9-2b4a-457a-9926-9da9f6ac75da"],
}

SPECIFICATION = """\
- event_type: compute.instance.*
  traits: &instance
    tenant_id: {fields: payload.tenant_id}
    user_id: {fields: payload.user_id}
    instance_id: {fields: payload.instance_id}
    host: {fields: publisher_id, plugin: {name: split, parameters: {segment: 1, max_split: 1}}}
    memory_mb: {type: int, fields: payload.memory_mb}
    disk_gb: {type: int, fields: payload.disk_gb}
    state: {fields: payload.state}
- event_type: compute.instance.exists
  traits:
    <<: *instance
    audit_period_beginning: {type: datetime, fields: payload.audit_period_beginning}
    audit_period_ending: {type: datetime, fields: payload.audit_period_ending}
"""

TRANSFORM = {
    "name": "instances @",
    "description": "what a stream of instances needs",
    "specification": SPECIFICATION,
    "enabled": True,
}

PAYLOAD: dict[str, Any] = {
    "tenant_id": "406904b3c9c14c8b8ae5f9d7e3a1b2c4",
    "user_id": "7ad3a6a5c3a94f7ba6cf0de5cd3a7e2f",
    "instance_id": "9a2b8a8c-3e0d-4f4b-9c2c-6f6f2a1c7d3e",
    "display_name": "web-17.example.org",
    "reservation_id": "r-4pwgv2lh",
    "instance_type": "m1.small",
    "instance_type_id": 2,
    "instance_flavor_id": "2",
    "architecture": "x86_64",
    "os_type": "linux",
    "memory_mb": 2048,
    "disk_gb": 20,
    "root_gb": 20,
    "ephemeral_gb": 0,
    "vcpus": 1,
    "host": "compute-0042.region-one.example.org",
    "node": "compute-0042",
    "availability_zone": "nova",
    "created_at": "2026-01-02 03:03:41+00:00",
    "launched_at": "2026-01-02T03:04:05.123456",
    "terminated_at": "",
    "state": "active",
    "state_description": "",
    "image_meta": {"base_image_ref": "2c3c1f04-7a26-4a3a-9f6e-0a1b2c3d4e5f", "min_ram": "0", "min_disk": "20"},
    "image_ref_url": "http://glance.example.org:9292/images/2c3c1f04-7a26-4a3a-9f6e-0a1b2c3d4e5f",
    "fixed_ips": [{"address": "10.20.30.40", "version": 4, "label": "private", "vif_mac": "fa:16:3e:12:34:56"}],
    "metadata": {"role": "web", "group": "17"},
    "progress": "",
    "message": "Success",
}

EVENT: dict[str, Any] = {
    "event_type": "compute.instance.create.end",
    "message_id": "@",
    "timestamp": "2026-01-02T03:04:05.678901",
    "publisher_id": "compute.compute-0042",
    "priority": "INFO",
    "payload": PAYLOAD,
}


def text(body: Any) -> str:
    """Return *body* as a client sends it."""
    return json.dumps(body)
