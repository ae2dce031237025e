"""What consumers get of a specification (contract 2; semantics 1, YAML)."""

import json

import pytest
import yaml

from monasca_events_api.semantics.faults import InvalidDefinition
from monasca_events_api.semantics.published_specification import with_tenant_trait
from monasca_events_api.semantics.specification import MOST_DEFINITIONS, as_text, parse
from monasca_events_api.semantics.yaml_reader import MOST_CHARACTERS, read_yaml

MAP = "{fields: x, plugin: {name: map, parameters: {values:"
TENANT_TRAIT = {"fields": "_tenant_id"}


def with_trait(definitions):
    return [{**item, "traits": {**item["traits"], "_tenant_id": TENANT_TRAIT}} for item in definitions]


@pytest.mark.parametrize("loader", [yaml.SafeLoader, yaml.CSafeLoader])
@pytest.mark.parametrize(
    "definitions",
    [
        ["{event_type: a, traits: {}}"],
        ["{event_type: a, traits: &t {x: y}}", "{event_type: b, traits: *t}"],
        ["{event_type: a, traits: &t {x: y}}", "{event_type: b, traits: {<<: *t, z: q}}"],
        ["&d {event_type: a, traits: {x: y}}", "*d", "{<<: *d, event_type: b}", "{<<: [*d], traits: {z: q}}"],
        ["{event_type: a, traits: {<<: [&t {x: y}, {x: z}], q: r}}", "{event_type: b, traits: *t}"],
        ["{event_type: &e [a, b], traits: {}}", "{event_type: *e, traits: {}}"],
        [f"{{event_type: a, traits: {{t: {MAP} &v {{a: b}}}}}}}}}}}}", "{event_type: b, traits: *v}"],
        ["{event_type: &e 'a text of more than twenty characters', traits: {*e : *e}}"],
        ["{event_type: '2015-07-20', traits: {2015-07-20: =, '<<': '=', 'on': 'null', '1': '0x3'}}"],
        [f"{{event_type: a, traits: {{t: {MAP} {{on: 0x3, 1.5: 1e3, ~: .inf, 2: 1.0e+16}}, default: 1:30}}}}}}}}}}"],
        ['{event_type: "🦉 é \\u2028\\x85\\x7f\\x01\\uFEFF\\e \\"\\\\", traits: {}}'],
        [f"{{event_type: a, traits: {{t: {MAP} {{? {'k' * 3000} : v}}}}}}}}}}}}"],
        [
            f"{{event_type: a, traits: &t {{t: {{fields: &k {'k' * 1020}}}}}}}",
            "{event_type: b, traits: {? *k : *k, u: *k}}",
        ],
    ],
)
def test_it_reads_as_what_was_sent_with_the_trait_in_every_definition(definitions, loader):
    text = "".join(f"- {definition}\n" for definition in definitions)
    assert yaml.load(with_tenant_trait(text), loader) == with_trait(read_yaml(text))


def test_json_text_stays_json_text():
    text = '[{"event_type": ["é", "🦉"], "traits": {"t": {"fields": "a.\\"b\\"", "type": "int"}}}]'
    assert json.loads(with_tenant_trait(text)) == with_trait(json.loads(text))


def test_unicode_is_not_escaped():
    assert "🦉 é 漢" in with_tenant_trait("- event_type: '🦉 é 漢'\n  traits: {}\n")
    assert "🦉 é 漢" in as_text([{"event_type": "🦉 é 漢", "traits": {}}])


def test_the_mapping_that_is_also_a_table_of_values_keeps_its_meaning():
    text = (
        "- event_type: a\n  traits: &t {x: y}\n"
        "- event_type: b\n  traits: {t: {fields: x, plugin: {name: map, parameters: {values: *t}}}}\n"
    )
    published = yaml.safe_load(with_tenant_trait(text))
    assert published[1]["traits"]["t"]["plugin"]["parameters"]["values"] == {"x": "y"}


def test_what_aliases_and_merges_repeat_is_not_written_out():
    traits = "".join(f"    {'x' * 90}{number}: x\n" for number in range(490))
    text = f"- event_type: a\n  traits: &t\n{traits}" + "- {event_type: b, traits: {<<: *t}}\n" * 45
    assert len(with_tenant_trait(text)) < 2 * len(text)


@pytest.mark.parametrize("text", ["a", "[a]", "[{}]", "- {traits: a}", "- a: [", ""])
def test_what_is_no_specification_is_refused(text):
    with pytest.raises(InvalidDefinition):
        with_tenant_trait(text)


@pytest.mark.parametrize(
    "value",
    [
        "é🦉",
        "\x7f\x85\u2028\ufeff\x1f",
        "on",
        "2015-07-20",
        "=",
        1,
        -1.5,
        1e16,
        1e-7,
        1e300,
        True,
        None,
        [],
        {},
        {"<<": 1},
    ],
)
def test_a_json_list_becomes_text_that_yaml_reads_the_same(value):
    text = as_text([{"a": value}])
    assert read_yaml(text) == yaml.safe_load(text) == json.loads(text) == [{"a": value}]


def test_a_long_key_of_a_json_list_is_written_so_that_yaml_finds_its_colon():
    value = [{"k" * 3000: 1}]
    assert read_yaml(as_text(value)) == yaml.safe_load(as_text(value)) == value


def test_a_text_is_kept_as_it_was_sent():
    text = "- {event_type: a, traits: {}}  # why\r\n"
    assert as_text(text) == text
    assert parse(text) == parse([{"event_type": "a", "traits": {}}])


def test_the_largest_one_is_far_below_what_kafka_takes_as_shipped():
    aliases = "&a {event_type: a, traits: {}}," + "*a," * (MOST_DEFINITIONS - 2)
    rest = MOST_CHARACTERS - len(f"[{aliases}{{event_type: '', traits: {{}}}}]")
    # Each quotation mark needs a backslash in the YAML, and both need one in the record's JSON.
    text = f"[{aliases}{{event_type: '" + '"' * rest + "', traits: {}}]"
    assert len(json.dumps(with_tenant_trait(text), ensure_ascii=False).encode()) < 400_000
