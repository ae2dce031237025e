"""What holds for every path and every specification (semantics 1)."""

import json
import time

import yaml
from distilling import NOW, faults
from field_path_printer import print_path
from hypothesis import example, given, settings
from hypothesis import strategies as st

import cpu_time
from monasca_events_api.semantics.distil_problems import Explainer
from monasca_events_api.semantics.distiller import compile_transform
from monasca_events_api.semantics.field_path_evaluator import finder
from monasca_events_api.semantics.field_path_matches import Walk
from monasca_events_api.semantics.field_path_parser import LONGEST, parse_path
from monasca_events_api.semantics.field_paths import NotAPathError
from monasca_events_api.semantics.published_specification import with_tenant_trait
from monasca_events_api.semantics.specification import as_text, parse
from monasca_events_api.semantics.yaml_reader import read_yaml

NAMES = st.sampled_from(["a", "b", "payload", "'c d'", '"e.f"', "'where'", "'it\\'s'", "''"])
BRACKETS = st.sampled_from(["[0]", "[-1]", "[*]", "[1:]", "[:-1]", "[a,'b']", "[?a]", "[?@.b >= 1.5 & (a == 'x')]"])
WORDS = NAMES | BRACKETS | st.sampled_from(["*", "$", "`this`", "`parent`", "`len`", "`split(., 0, -1)`", "a,b"])
PATHS = st.recursive(
    WORDS,
    lambda inner: st.one_of(
        st.builds("{}.{}".format, inner, inner),
        st.builds("{}|{}".format, inner, inner),
        st.builds("{} where {}".format, inner, inner),
        st.builds("{}..{}".format, inner, inner),
        st.builds("({})".format, inner),
        st.builds("{}{}".format, inner, BRACKETS),
        st.builds("{}[?({}) & {} != 'z']".format, inner, inner, inner),
    ),
    max_leaves=12,
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
JSON = st.recursive(
    SCALARS | st.sampled_from(["2015-07-20", "7.9", "x.y", ""]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["a", "b", "c d"]), inner, max_size=3),
    max_leaves=20,
)
PLUGINS = st.sampled_from(
    [
        "split",
        "timedelta",
        {"name": "bitfield", "parameters": {"flags": [{"path": "payload.a", "bit": 1}]}},
        {"name": "map", "parameters": {"values": {"x": "y", "2015-07-20": "=", "on": 1.5}, "default": "é🦉"}},
    ],
)


@st.composite
def trait_definitions(draw):
    fields = draw(st.lists(PATHS.filter(is_path), min_size=1, max_size=3))
    optional = {"type": st.sampled_from(["text", "int", "float", "datetime"]), "plugin": PLUGINS}
    return {"fields": fields, **draw(st.fixed_dictionaries({}, optional=optional))}


def is_path(text):
    try:
        parse_path(text)
    except NotAPathError:
        return False
    return len(text) <= LONGEST


TRAIT_NAMES = st.sampled_from(["t", "service", "on", "2015-07-20", "=", "<<", "1", "🦉"])
TRAITS = st.dictionaries(TRAIT_NAMES, trait_definitions(), max_size=3)
DEFINITIONS = st.fixed_dictionaries(
    {"event_type": st.sampled_from(["*", "x.*", ["x.y", "!a"], "!x.z"]), "traits": TRAITS}
)
SPECIFICATIONS = st.lists(DEFINITIONS, min_size=1, max_size=3)
NOTIFICATIONS = st.fixed_dictionaries(
    {"event_type": st.sampled_from(["x.y", "x.z", "a"]), "message_id": st.just("m"), "payload": JSON},
    optional={"timestamp": st.sampled_from([None, "", "2015", "no"]), "_tenant_id": st.just("t1"), "a": JSON},
)


@given(PATHS)
def test_a_path_printed_and_parsed_again_is_the_same_path(text):
    if is_path(text):
        path = parse_path(text)
        assert parse_path(print_path(path)) == path


@given(st.text(alphabet="ab.|[]()'\"`$*,:?&=<>@ \\-01whertispn\n", max_size=60) | st.text(max_size=30))
def test_a_text_is_a_path_or_it_is_said_why_not(text):
    if is_path(text):
        path = parse_path(text)
        assert parse_path(print_path(path)) == path


@given(PATHS.filter(is_path), JSON)
def test_the_first_value_is_that_of_the_first_match(text, data):
    compiled = finder(text)
    first = next(iter(compiled.matches(data, Walk())), (None,))[0]
    assert compiled.first(data, Walk()) is first or compiled.first(data, Walk()) == first


@given(SPECIFICATIONS)
def test_a_specification_survives_dump_and_load(specification):
    as_python_writes_it = str(specification)
    dumped = [
        yaml.safe_dump(specification, allow_unicode=True, sort_keys=False),
        yaml.safe_dump(specification, default_flow_style=True, sort_keys=False),
        as_text(specification),
        # Python escapes a quote in quotes in a way of its own, which is no YAML.
        *([] if "\\" in as_python_writes_it else [as_python_writes_it]),
    ]
    wanted = parse(specification)
    assert [parse(text) == wanted for text in dumped] == [True] * len(dumped)


@given(SPECIFICATIONS, NOTIFICATIONS)
def test_distilling_with_what_consumers_get_gives_the_same_traits(specification, notification):
    published = yaml.safe_load(with_tenant_trait(as_text(specification)))
    for definition in published:
        assert definition["traits"].pop("_tenant_id") == {"fields": "_tenant_id"}
    ours = compile_transform(parse(specification)).distil(notification, NOW)
    theirs = compile_transform(parse(published)).distil(notification, NOW)
    assert repr(ours) == repr(theirs)


@st.composite
def texts_with_anchors(draw):
    """Give definitions in flow YAML that share traits by alias and merge, in every way."""
    own = draw(st.lists(st.sampled_from(["x: a", "y: {fields: b}", "z: &f {fields: [c, d]}"]), unique=True))
    lines = [f"- &d {{event_type: a, traits: &t {{{', '.join(own)}}}}}"]
    ways = [
        "*d",
        "{event_type: b, traits: *t}",
        "{event_type: b, traits: {<<: *t, w: q}}",
        "{event_type: b, traits: {x: own, <<: [*t, {v: q}]}}",
        "{<<: *d}",
        "{<<: *d, event_type: [c, 2015-07-20]}",
        "{<<: [*d, {traits: {}}]}",
        "{event_type: b, traits: {m: {fields: q, plugin: {name: map, parameters: {values: {k: *t, l: *d, on: =}}}}}}",
    ]
    lines += [f"- {way}" for way in draw(st.lists(st.sampled_from(ways), max_size=5))]
    return "\n".join(lines)


@given(texts_with_anchors())
def test_what_is_shared_means_the_same_to_consumers(text):
    wanted = [
        {**item, "traits": {**item["traits"], "_tenant_id": {"fields": "_tenant_id"}}} for item in read_yaml(text)
    ]
    assert yaml.safe_load(with_tenant_trait(text)) == wanted


@given(SPECIFICATIONS, JSON | NOTIFICATIONS)
def test_an_event_an_error_or_neither_and_the_problems_never_fail(specification, notification):
    transform = compile_transform(parse(specification))
    distilled = transform.distil(notification, NOW)
    assert distilled.event is None or distilled.error is None
    told = Explainer(transform).problems(notification, NOW)
    assert distilled.error is None or distilled.error in told
    if distilled.event is not None:
        json.dumps(distilled.event, allow_nan=False)


PIECES = st.sampled_from(
    [*"[]{},:\n'\"#a1\x01", ": ", "- ", "? ", "  ", "&a ", "*a", "<<", "!!str ", "|\n", "---\n", "0x"]
) | (st.sampled_from(["1:2", "...\n", "event_type: a", "traits: {t: x}", "- {event_type: a, traits: "]))


@settings(max_examples=50)
@given(st.lists(PIECES, min_size=1, max_size=12), st.integers(1, 6000))
@example(["["], 65_536)
@example(["{a: "], 16_384)
@example(["- &a [*a]\n"], 5000)
@example(["1,"], 32_768)
@example(["1:2"], 21_845)
@example(["-\n"], 32_768)
@example(["- {event_type: a, traits: ", f"{{t: {{fields: [{'a|' * 500}a]}}}}", "}\n"], 62)
@example(["- {event_type: a, traits: ", f"{{t: {{fields: 'a[?{'b&' * 480}b]'}}}}", "}\n"], 62)
@example(["- {event_type: a, traits: ", f"{{t: {{fields: {'x.' * 500}x}}}}", "}\n"], 62)
def test_no_text_takes_longer_than_300_ms_or_fails_otherwise_than_by_faults(pieces, times):
    text = ("".join(pieces) * times)[:65_536]
    start = time.thread_time()
    if not faults(text):
        with_tenant_trait(text)
    assert cpu_time.is_less(time.thread_time() - start, 0.3)
