"""``monasca-events apply``: what it prints, what it does, and its exit status (docs/commands.rst)."""

from typing import Any

import pytest

from api.examples import least_stream_definition, stream_definition, transform
from api.running_service import STREAM_DEFINITIONS, TRANSFORMS
from commands.tenant import TenantOfCommands, command_line
from commands.testing import EXAMPLE
from monasca_events_api.client.yaml_text import yaml_text
from monasca_events_api.semantics.yaml_reader import read_yaml
from servers.ports import LOOPBACK, free_port

TWO = """\
transforms:
- name: disk
  enabled: true
  specification: |
    # mine
    - event_type: disk.*
      traits: {host: {fields: payload.host}}
stream_definitions:
- name: pair
  select: [{event_type: disk.*}]
  group_by: [host]
  fire_criteria: [{event_type: disk.*, number: 2}]
  expiration: 60000
"""
STATES = """\
transforms:
- name: states
  specification:
  - event_type: x
    traits: {state: {fields: payload.power_state, plugin: {name: map, parameters: {values: {1: running, "1": one}}}}}
"""
NO_CHANGE = "0 to create, 0 to change, 0 to remove"


def counts(output: str) -> list[str]:
    """Return the lines that count, without what they count."""
    return [line.partition(": ")[2] for line in output.splitlines() if line.startswith(("transforms:", "stream def"))]


def with_trait(wanted: str) -> str:
    """Return TWO, whose stream definition selects by one trait more."""
    return TWO.replace("{event_type: disk.*}", f"{{event_type: disk.*, traits: {{x: {wanted}}}}}")


def shown(fields: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    return {name: fields[name] for name in body}


def test_it_creates_what_the_service_lacks(tenant: TenantOfCommands) -> None:
    assert tenant.apply(TWO).exit_code == 0
    (disk,), (pair,) = tenant.transforms().values(), tenant.stream_definitions().values()
    assert (disk["enabled"], disk["specification"].splitlines()[0]) == (True, "# mine")
    assert (pair["group_by"], pair["expiration"]) == (["host"], 60000)


def test_it_prints_the_difference_first(tenant: TenantOfCommands) -> None:
    tenant.apply(TWO)
    result = tenant.apply(TWO.replace("60000", "90000"))
    assert result.stdout == (
        """\
--- service: stream definition "pair"
+++ FILE: stream definition "pair"
@@ -6,4 +6,4 @@
 fire_criteria:
 - event_type: disk.*
   number: 2
-expiration: 60000
+expiration: 90000
transforms: 0 to create, 0 to change, 0 to remove, 1 unchanged
stream definitions: 0 to create, 1 to change, 0 to remove, 0 unchanged
1 of 1 done
"""
    )


def test_what_is_new_differs_from_nothing(tenant: TenantOfCommands) -> None:
    lines = tenant.apply(TWO).stdout.splitlines()
    assert lines[:4] == ["--- /dev/null", '+++ FILE: transform "disk"', "@@ -0,0 +1,6 @@", "+name: disk"]


def test_a_name_cannot_play_with_the_terminal(tenant: TenantOfCommands) -> None:
    output = tenant.apply(TWO.replace("name: pair", 'name: "\\e[2J\\n\\x9b"')).stdout
    assert '+++ FILE: stream definition "\\u001b[2J\\n\\u009b"\n' in output
    assert set(output) & {"\x1b", "\x9b"} == set()


def test_applied_twice_it_changes_nothing(tenant: TenantOfCommands) -> None:
    tenant.apply(TWO)
    announced = [*tenant.api.announced("transform-definitions"), *tenant.api.announced("stream-definitions")]
    result = tenant.apply(TWO)
    assert (result.exit_code, counts(result.stdout)) == (0, [f"{NO_CHANGE}, 1 unchanged"] * 2)
    assert "done" not in result.stdout
    assert [*tenant.api.announced("transform-definitions"), *tenant.api.announced("stream-definitions")] == announced


def test_what_was_exported_changes_nothing(tenant: TenantOfCommands) -> None:
    tenant.api.create(TRANSFORMS, transform(specification=[{"event_type": "*", "traits": {"n": {"fields": "a[0]"}}}]))
    tenant.api.create(TRANSFORMS, transform())
    tenant.api.create(STREAM_DEFINITIONS, stream_definition())
    tenant.api.create(STREAM_DEFINITIONS, least_stream_definition())
    result = tenant.apply(tenant.export(), "--dry-run", "--prune")
    assert (result.exit_code, counts(result.stdout)) == (0, [f"{NO_CHANGE}, 2 unchanged"] * 2)


def test_what_the_service_sets_may_stand_there_and_counts_for_nothing(tenant: TenantOfCommands) -> None:
    tenant.apply(TWO)
    text = TWO.replace("- name: pair", "- name: pair\n  id: x\n  created_at: 2015-07-20T15:44:01\n  links: []")
    assert counts(tenant.apply(text, "--dry-run").stdout)[1] == f"{NO_CHANGE}, 1 unchanged"


def test_a_specification_may_be_a_list(tenant: TenantOfCommands) -> None:
    text = "transforms:\n- {name: disk, specification: [{event_type: disk.*, traits: {host: {fields: payload.host}}}]}"
    assert tenant.apply(text).exit_code == 0
    assert counts(tenant.apply(text).stdout)[0] == f"{NO_CHANGE}, 1 unchanged"


def test_a_list_is_the_same_as_a_text_that_says_it(tenant: TenantOfCommands) -> None:
    tenant.apply(TWO)
    listed = "[{event_type: disk.*, traits: {host: {fields: payload.host}}}]"
    text = f"transforms:\n- {{name: disk, enabled: true, specification: {listed}}}"
    assert counts(tenant.apply(text).stdout)[0] == f"{NO_CHANGE}, 1 unchanged"


def test_a_key_that_is_no_text_stays_what_it_is(tenant: TenantOfCommands) -> None:
    assert tenant.apply(STATES).exit_code == 0
    (kept,) = read_yaml(tenant.transforms()["states"]["specification"])
    assert kept["traits"]["state"]["plugin"]["parameters"]["values"] == {1: "running", "1": "one"}


def test_a_list_with_a_key_that_is_no_text_is_the_same_when_applied_twice(tenant: TenantOfCommands) -> None:
    tenant.apply(STATES)
    assert counts(tenant.apply(STATES).stdout)[0] == f"{NO_CHANGE}, 1 unchanged"


def test_a_list_with_a_key_that_is_no_text_is_the_same_as_a_text_that_says_it(tenant: TenantOfCommands) -> None:
    (states,) = read_yaml(STATES)["transforms"]
    tenant.api.create(TRANSFORMS, {**states, "specification": yaml_text(states["specification"])})
    assert counts(tenant.apply(STATES).stdout)[0] == f"{NO_CHANGE}, 1 unchanged"


def test_a_key_that_is_no_text_is_another_than_a_text_that_looks_like_it(tenant: TenantOfCommands) -> None:
    tenant.apply(STATES.replace(', "1": one', ""))
    result = tenant.apply(STATES.replace("1: running, ", ""))
    assert result.stdout.splitlines()[-1] == "1 of 1 done"
    assert "-            1: running\n+            '1': one\n" in result.stdout


def test_a_comment_is_a_difference(tenant: TenantOfCommands) -> None:
    tenant.apply(TWO)
    assert tenant.apply(TWO.replace("# mine", "# ours")).exit_code == 0
    assert tenant.transforms()["disk"]["specification"].startswith("# ours\n")


def test_a_number_is_no_boolean_and_no_other_kind_of_number(tenant: TenantOfCommands) -> None:
    tenant.apply(with_trait("1"))
    done = [tenant.apply(with_trait(wanted)).stdout.splitlines()[-1] for wanted in ("1.0", "true", '"1"')]
    assert done == ["1 of 1 done"] * 3


@pytest.mark.parametrize("wanted", ["1", "1.0", "true", '"1"'])
def test_a_value_that_is_stored_is_no_difference(tenant: TenantOfCommands, wanted: str) -> None:
    tenant.apply(with_trait(wanted))
    assert counts(tenant.apply(with_trait(wanted), "--dry-run").stdout)[1] == f"{NO_CHANGE}, 1 unchanged"


def test_a_field_that_is_left_out_takes_its_default(tenant: TenantOfCommands) -> None:
    tenant.apply(TWO)
    tenant.apply(TWO.replace("  enabled: true\n", ""))
    assert tenant.transforms()["disk"]["enabled"] is False


@pytest.mark.parametrize("options", [[], ["--dry-run"]])
def test_a_transform_that_does_not_say_whether_it_is_enabled_is_warned_of(
    tenant: TenantOfCommands, options: list[str]
) -> None:
    result = tenant.apply(TWO.replace("  enabled: true\n", ""), *options)
    assert result.stderr == (
        'warning: transform "disk" is not enabled: it makes no events until the file says enabled: true\n'
    )


def test_what_is_warned_of_is_warned_of_again_when_nothing_differs(tenant: TenantOfCommands) -> None:
    tenant.apply(STATES)
    result = tenant.apply(STATES)
    assert (result.exit_code, result.stderr.count("warning: ")) == (0, 1)


@pytest.mark.parametrize("said", ["true", "false"])
def test_a_transform_that_says_whether_it_is_enabled_is_not_warned_of(tenant: TenantOfCommands, said: str) -> None:
    result = tenant.apply(TWO.replace("enabled: true", f"enabled: {said}"))
    assert (result.exit_code, result.stderr) == (0, "")


def test_a_dry_run_changes_nothing_and_says_by_its_status_that_something_differs(tenant: TenantOfCommands) -> None:
    result = tenant.apply(TWO, "--dry-run")
    assert (result.exit_code, "+name: disk" in result.stdout) == (3, True)
    assert tenant.api.has_nothing()


def test_a_dry_run_without_a_difference_is_status_0(tenant: TenantOfCommands) -> None:
    tenant.apply(TWO)
    assert tenant.apply(TWO, "--dry-run").exit_code == 0


def test_what_is_not_in_the_file_is_left_alone_and_counted(tenant: TenantOfCommands) -> None:
    tenant.api.create(TRANSFORMS, transform(name="theirs"))
    result = tenant.apply(TWO)
    line, _other = counts(result.stdout)
    assert line == "1 to create, 0 to change, 0 to remove, 0 unchanged, 1 not in the file, left alone"
    assert [*tenant.transforms()] == ["theirs", "disk"]


def test_what_is_left_alone_is_no_difference(tenant: TenantOfCommands) -> None:
    tenant.apply(TWO)
    tenant.api.create(TRANSFORMS, transform())
    assert tenant.apply(TWO, "--dry-run").exit_code == 0


def test_prune_removes_what_is_not_in_the_file(tenant: TenantOfCommands) -> None:
    tenant.api.create(TRANSFORMS, transform(name="old"))
    result = tenant.apply(TWO, "--prune")
    assert (result.exit_code, [*tenant.transforms()]) == (0, ["disk"])
    assert '--- service: transform "old"\n+++ /dev/null\n' in result.stdout


def test_prune_leaves_a_kind_alone_that_the_file_does_not_mention(tenant: TenantOfCommands) -> None:
    tenant.apply(TWO)
    assert tenant.apply("transforms: []", "--prune").exit_code == 0
    assert (len(tenant.transforms()), len(tenant.stream_definitions())) == (0, 1)


def test_a_tenant_at_its_quota_can_rename(tight: TenantOfCommands) -> None:
    for number in range(5):
        tight.api.create(TRANSFORMS, transform(name=f"t-{number}"))
    exported = tight.export()
    result = tight.apply(exported.replace("t-4", "renamed"), "--prune")
    assert (result.exit_code, [*tight.transforms()][-1]) == (0, "renamed")


def test_without_room_it_stops_and_says_what_is_done(tight: TenantOfCommands) -> None:
    items = [
        f"- {{name: {each}, enabled: true, specification: [{{event_type: x, traits: {{}}}}]}}\n" for each in "abcdefg"
    ]
    result = tight.apply("transforms:\n" + "".join(items))
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (1, "5 of 7 done")
    assert result.stderr.startswith("Error: ")
    assert "5" in result.stderr
    assert result.stderr.count("\n") == 1


def test_every_fault_of_a_file_is_told_at_its_place_and_nobody_is_asked(tenant: TenantOfCommands) -> None:
    tenant.url = f"http://{LOOPBACK}:{free_port()}"
    result = tenant.apply(
        """\
transforms:
- name: a
  specification: "- {event_type: x}"
- name: b
  enabled: maybe
  specification: []
  colour: red
stream_definitions:
- name: pair
  select: [{event_type: disk.*, traits: {n: {int: ">3"}}}]
  group_by: []
  fire_criteria: [{event_type: "!"}]
"""
    )
    assert (result.exit_code, result.stdout) == (2, "")
    comparison = "Must be a number or =, < or >, a space and an integer"
    assert result.stderr.splitlines() == [
        "FILE:3:18: transforms.0.specification.0.traits: Required",
        "FILE:5:12: transforms.1.enabled: Must be a boolean",
        "FILE:6:18: transforms.1.specification: Must not be empty",
        "FILE:7:3: transforms.1.colour: Unknown key",
        "FILE:9:3: stream_definitions.0.expiration: Required",
        f"FILE:10:51: stream_definitions.0.select.0.traits.n.int: {comparison}",
        "FILE:12:32: stream_definitions.0.fire_criteria.0.event_type: Must not be empty",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "FILE:1:1: Empty"),
        ("[]", "FILE:1:1: Must be a mapping"),
        ("transform: []", "FILE:1:1: transform: Unknown key"),
        ("transforms:", "FILE:1:12: transforms: Must be a list"),
        ("transforms: [{\n", "FILE:2:1: did not find expected node content (while parsing a flow node)"),
        (TWO + TWO.partition("definitions:\n")[2], "FILE:14:9: stream_definitions.1.name: Stands there twice"),
    ],
)
def test_a_file_that_is_none_is_status_2(tenant: TenantOfCommands, text: str, told: str) -> None:
    result = tenant.apply(text)
    assert (result.exit_code, result.stderr.splitlines()) == (2, [told])


def test_what_only_the_service_refuses_is_told_at_its_place_and_nothing_is_changed(tight: TenantOfCommands) -> None:
    extension = TWO.replace("{fields: payload.host}", "{fields: payload.host, type: bool}").replace("    # mine\n", "")
    result = tight.apply(extension)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("FILE:6:51: transforms.0.specification.0.traits.host.type: ")
    assert tight.api.has_nothing()


def test_a_dry_run_finds_what_only_the_service_refuses(tight: TenantOfCommands) -> None:
    extension = TWO.replace("{fields: payload.host}", "{fields: payload.host, type: bool}")
    assert tight.apply(extension, "--dry-run").exit_code == 2


def test_a_test_file_is_a_file_of_definitions(tenant: TenantOfCommands) -> None:
    assert tenant.apply(EXAMPLE.read_text()).exit_code == 0
    assert ([*tenant.transforms()], [*tenant.stream_definitions()]) == (["instances"], ["build"])


def test_anchors_and_merges_keep_a_file_short(tenant: TenantOfCommands) -> None:
    text = TWO.replace("- name: pair", "- &pair\n  name: pair") + "- {<<: *pair, name: other, expiration: 1}\n"
    assert tenant.apply(text).exit_code == 0
    pair, other = tenant.stream_definitions().values()
    assert (other["select"], other["expiration"]) == (pair["select"], 1)


def test_the_standard_input_is_a_file(tenant: TenantOfCommands) -> None:
    assert command_line("apply", "-", "--url", tenant.url, "--tenant", tenant.api.id, text=TWO).exit_code == 0
    assert len(tenant.transforms()) == 1


def test_without_a_tenant_it_is_the_tokens_own(tenant: TenantOfCommands) -> None:
    result = command_line("apply", "-", "--dry-run", MONASCA_EVENTS_URL=f"{tenant.url}/v2.0/", text=TWO)
    assert result.exit_code == 3
