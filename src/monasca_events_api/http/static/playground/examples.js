/** What to begin with. Only what every cloud's processors can run: some have the newer plugins turned off. */

const NOVA_SPECIFICATION = `# Instances: who they are, how large, and where they run.
- event_type: compute.instance.*
  traits: &instance
    instance_id: {fields: payload.instance_id}
    memory_mb: {fields: payload.memory_mb, type: int}
    os: {fields: payload.image_meta.os_type}
    host:
      fields: publisher_id
      plugin: {name: split, parameters: {segment: 1, max_split: 1}}
# The last one that matches counts, so the special one stands behind.
- event_type: compute.instance.resize.*
  traits:
    <<: *instance
    old_memory_mb: {fields: payload.old_memory_mb, type: int}
`;

const NOVA_DEFINITION = `{
  "name": "build",
  "description": "Builds of Linux that have neither ended nor failed after ten minutes",
  "select": [
    {"event_type": "compute.instance.create.*",
     "traits": {"os": "linux", "memory_mb": {"int": "> 256"}}}
  ],
  "group_by": ["instance_id"],
  "fire_criteria": [
    {"event_type": ["compute.instance.create.end", "compute.instance.create.error"]}
  ],
  "expiration": 600000,
  "expire_actions": ["tell-the-operator"]
}
`;

const NOVA_EVENTS = `[
  {"event_type": "compute.instance.create.start", "message_id": "m-1", "publisher_id": "compute.host7",
   "timestamp": "2026-07-20 15:44:01.000000", "_context_tenant": "406904",
   "payload": {"instance_id": "i-17", "memory_mb": "512", "image_meta": {"os_type": "linux"}}},
  {"event_type": "compute.instance.create.start", "message_id": "m-2", "publisher_id": "compute.host3",
   "timestamp": "2026-07-20 15:45:10.000000", "_context_tenant": "406904",
   "payload": {"instance_id": "i-18", "memory_mb": "2048", "image_meta": {"os_type": "linux"}}},
  {"event_type": "compute.instance.create.end", "message_id": "m-3", "publisher_id": "compute.host7",
   "timestamp": "2026-07-20 15:46:30.500000", "_context_tenant": "406904",
   "payload": {"instance_id": "i-17", "memory_mb": "512", "image_meta": {"os_type": "linux"}}},
  {"event_type": "image.delete", "message_id": "m-4", "publisher_id": "image.host2",
   "timestamp": "2026-07-20 15:47:00.000000", "payload": {"id": "9d0c"}},
  {"event_type": "compute.instance.resize.end", "message_id": "m-5", "publisher_id": "compute.host7",
   "timestamp": "2026-07-20 15:52:00.000000", "_context_tenant": "406904",
   "payload": {"instance_id": "i-17", "memory_mb": 1024, "old_memory_mb": "half a gigabyte",
               "image_meta": {"os_type": "linux"}}},
  {"event_type": "compute.instance.create.start", "message_id": "m-6", "publisher_id": "compute.host9",
   "timestamp": "2026-07-20 15:53:20.000000", "_context_tenant": "406904",
   "payload": {"instance_id": "i-19", "memory_mb": "1024", "image_meta": {"os_type": "linux"}}},
  {"event_type": "compute.instance.create.start", "message_id": "m-7", "publisher_id": "compute.host9",
   "timestamp": "2026-07-20 15:54:00.000000", "_context_tenant": "406904",
   "payload": {"instance_id": "i-20", "memory_mb": "128", "image_meta": {"os_type": "linux"}}}
]
`;

const VERSIONED_SPECIFICATION = `# Versioned notifications: what matters stands in objects, under a key with a dot.
- event_type: instance.*
  traits:
    instance_id: {fields: "payload.'nova_object.data'.uuid"}
    state: {fields: "payload.'nova_object.data'.state"}
    memory_mb: {fields: "payload.'nova_object.data'.flavor.'nova_object.data'.memory_mb", type: int}
`;

const VERSIONED_NOTIFICATIONS = `[
  {"event_type": "instance.create.end", "message_id": "m-1", "publisher_id": "nova-compute:host7",
   "timestamp": "2026-07-20 15:46:30.500000", "_context_tenant": "406904",
   "payload": {"nova_object.name": "InstanceCreatePayload", "nova_object.namespace": "nova",
               "nova_object.version": "1.12",
               "nova_object.data": {
                 "uuid": "i-17", "state": "active",
                 "flavor": {"nova_object.name": "FlavorPayload", "nova_object.namespace": "nova",
                            "nova_object.version": "1.4", "nova_object.data": {"memory_mb": 512}}}}}
]
`;

const CINDER_SPECIFICATION = `# Volumes. A host of cinder is written host@backend#pool.
- event_type: volume.*
  traits:
    volume_id: {fields: payload.volume_id}
    size_gb: {fields: payload.size, type: int}
    status: {fields: payload.status}
    backend:
      fields: payload.host
      plugin: {name: split, parameters: {separator: "#", segment: 0}}
    # Of those that are attached, the first.
    instance_id: {fields: "payload.volume_attachment[0].instance_uuid"}
`;

const CINDER_DEFINITION = `{
  "name": "failing backend",
  "description": "Three volumes that a backend could not make, within an hour of the first",
  "select": [
    {"event_type": "volume.create.end", "traits": {"status": "error"}}
  ],
  "group_by": ["backend"],
  "fire_criteria": [
    {"event_type": "*", "number": 3}
  ],
  "expiration": 3600000,
  "fire_actions": ["tell-the-operator"]
}
`;

const CINDER_EVENTS = `{"event_type": "volume.create.end", "message_id": "v-1", "publisher_id": "volume.cinder1", "timestamp": "2026-07-20 08:00:00.123456", "payload": {"volume_id": "vol-1", "size": 10, "status": "error", "host": "cinder1@lvm#pool", "volume_attachment": []}}
{"event_type": "volume.create.end", "message_id": "v-2", "publisher_id": "volume.cinder2", "timestamp": "2026-07-20 08:05:00.000000", "payload": {"volume_id": "vol-2", "size": "20", "status": "error", "host": "cinder2@ceph#fast", "volume_attachment": []}}
{"event_type": "volume.create.end", "message_id": "v-3", "publisher_id": "volume.cinder1", "timestamp": "2026-07-20 08:12:30.000000", "payload": {"volume_id": "vol-3", "size": 5, "status": "available", "host": "cinder1@lvm#pool", "volume_attachment": []}}
{"event_type": "volume.create.end", "message_id": "v-4", "publisher_id": "volume.cinder1", "timestamp": "2026-07-20 08:21:00.000000", "payload": {"volume_id": "vol-4", "size": 10, "status": "error", "host": "cinder1@lvm#pool", "volume_attachment": []}}
{"event_type": "volume.attach.end", "message_id": "v-5", "publisher_id": "volume.cinder1", "timestamp": "2026-07-20 08:30:00.000000", "payload": {"volume_id": "vol-3", "size": 5, "status": "in-use", "host": "cinder1@lvm#pool", "volume_attachment": [{"instance_uuid": "i-17", "mountpoint": "/dev/vdb"}]}}
{"event_type": "volume.create.end", "message_id": "v-6", "publisher_id": "volume.cinder1", "timestamp": "2026-07-20 08:44:10.000000", "payload": {"volume_id": "vol-6", "size": 10, "status": "error", "host": "cinder1@lvm#pool", "volume_attachment": []}}
{"event_type": "volume.create.end", "message_id": "v-7", "publisher_id": "volume.cinder1", "timestamp": "2026-07-20 09:10:00.000000", "payload": {"volume_id": "vol-7", "size": 10, "status": "error", "host": "cinder1@lvm#pool", "volume_attachment": []}}
`;

const NEUTRON_SPECIFICATION = `# Ports and floating IPs. What is deleted has its id alone, elsewhere in the payload.
- event_type: port.*
  traits:
    port_id: {fields: [payload.port.id, payload.port_id]}
    network_id: {fields: payload.port.network_id}
    status: {fields: payload.port.status}
    address: {fields: "payload.port.fixed_ips[0].ip_address"}
- event_type: floatingip.*
  traits:
    address: {fields: payload.floatingip.floating_ip_address}
    port_id: {fields: payload.floatingip.port_id}
`;

const NEUTRON_NOTIFICATIONS = `[
  {"event_type": "port.create.end", "message_id": "n-1", "publisher_id": "network.net1",
   "timestamp": "2026-07-20 12:00:00.000000", "_context_tenant": "406904",
   "payload": {"port": {"id": "p-1", "network_id": "net-7", "status": "DOWN",
                        "fixed_ips": [{"subnet_id": "s-1", "ip_address": "10.0.0.12"}]}}},
  {"event_type": "floatingip.create.end", "message_id": "n-2", "publisher_id": "network.net1",
   "timestamp": "2026-07-20 12:00:04.500000", "_context_tenant": "406904",
   "payload": {"floatingip": {"id": "f-1", "floating_ip_address": "172.24.4.3", "port_id": "p-1"}}},
  {"event_type": "router.interface.create", "message_id": "n-3", "publisher_id": "network.net1",
   "timestamp": "2026-07-20 12:00:09.000000",
   "payload": {"router_interface": {"id": "r-1", "port_id": "p-2"}}},
  {"event_type": "port.delete.end", "message_id": "n-4", "publisher_id": "network.net1",
   "timestamp": "2026-07-20 12:30:00.000000", "payload": {"port_id": "p-1"}}
]
`;

const NEUTRON_DEFINITION = `{
  "name": "flapping port",
  "description": "A port that goes down and up again twice within two minutes",
  "select": [
    {"event_type": "port.update.end", "traits": {"status": "DOWN"}},
    {"event_type": "port.update.end", "traits": {"status": "ACTIVE"}}
  ],
  "group_by": ["port_id"],
  "fire_criteria": [
    {"event_type": "*", "traits": {"status": "DOWN"}, "number": 2},
    {"event_type": "*", "traits": {"status": "ACTIVE"}, "number": 2}
  ],
  "expiration": 120000,
  "fire_actions": ["tell-the-operator"]
}
`;

const NEUTRON_EVENTS = `[
  {"event_type": "port.update.end", "message_id": "n-1", "timestamp": "2026-07-20T12:00:00Z", "port_id": "p-1", "status": "DOWN"},
  {"event_type": "port.update.end", "message_id": "n-2", "timestamp": "2026-07-20T12:00:11Z", "port_id": "p-1", "status": "ACTIVE"},
  {"event_type": "port.update.end", "message_id": "n-3", "timestamp": "2026-07-20T12:00:20Z", "port_id": "p-2", "status": "DOWN"},
  {"received_at": "2026-07-20T12:00:55Z",
   "event": {"event_type": "port.update.end", "message_id": "n-4", "timestamp": "2026-07-20T12:00:40Z", "port_id": "p-1", "status": "DOWN"}},
  {"event_type": "port.update.end", "message_id": "n-5", "timestamp": "2026-07-20T12:01:10Z", "port_id": "p-1", "status": "ACTIVE"},
  {"event_type": "port.update.end", "message_id": "n-6", "timestamp": "2026-07-20T12:01:30Z", "port_id": "p-3", "status": "BUILD"},
  {"event_type": "port.update.end", "message_id": "n-7", "timestamp": "2026-07-20T12:02:00Z", "port_id": "p-4", "status": "DOWN"}
]
`;

function example(title, mode, texts) {
  return { title, state: { mode, distil: true, until: "", specification: "", definition: "", events: "", ...texts } };
}

const NOVA = { specification: NOVA_SPECIFICATION, definition: NOVA_DEFINITION, events: NOVA_EVENTS };
const VERSIONED = {
  specification: VERSIONED_SPECIFICATION,
  definition: NOVA_DEFINITION.replaceAll("compute.instance", "instance")
    .replace("Builds of Linux", "Builds")
    .replace('"os": "linux", ', ""),
  events: VERSIONED_NOTIFICATIONS,
};
const CINDER = { specification: CINDER_SPECIFICATION, definition: CINDER_DEFINITION, events: CINDER_EVENTS };
const NEUTRON = { specification: NEUTRON_SPECIFICATION, definition: NEUTRON_DEFINITION };
const UNTIL = "2026-07-20T15:58:00Z";

/** The first is there when the page is opened. */
export const EXAMPLES = [
  example("nova: instances", "transform", { ...NOVA, until: UNTIL }),
  example("nova: versioned notifications", "transform", { ...VERSIONED, until: UNTIL }),
  example("cinder: volumes", "transform", CINDER),
  example("neutron: ports and floating IPs", "transform", { ...NEUTRON, events: NEUTRON_NOTIFICATIONS }),
  example("nova: builds that take too long", "streams", { ...NOVA, until: UNTIL }),
  example("cinder: a backend that fails", "streams", CINDER),
  example("neutron: a port that flaps", "streams", {
    ...NEUTRON,
    events: NEUTRON_EVENTS,
    distil: false,
    until: "2026-07-20T12:03:00Z",
  }),
];
