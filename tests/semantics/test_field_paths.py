"""Field paths as text: what is one, where one is wrong, and how one is written (semantics 1, Paths)."""

import time

import pytest
from field_path_printer import print_path

import cpu_time
from monasca_events_api.semantics.field_path_parser import parse_path
from monasca_events_api.semantics.field_paths import NotAPathError


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("a.b|c.d", "a.(b|c).d"),
        ("a|b where c", "a|(b where c)"),
        ("a..b.c", "a..(b.c)"),
        ("a..b..c", "(a..b)..c"),
        ("a.b..c.d", "(a.b)..(c.d)"),
        ("a..b[0]", "(a..b).[0]"),
        ("a|b[0]", "(a|b).[0]"),
        ("a where b[0]", "(a where b).[0]"),
        ("a.b[0].c", "((a.b)[0]).c"),
        ("a[b]", "a.b"),
        ("a['b']", "a.b"),
        ('a["b"]', "a.'b'"),
        ("a[b,c]", "a.b,c"),
        (" a .\tb [ 0 ]\n", "a.b[0]"),
        ("a.[1]", "a[1]"),
        ("a[:]", "a[*]"),
        ("a[007]", "a[7]"),
        ("a.`this`.b", "a.b"),
        ("(a)|(b)|(c)", "a|(b|c)"),
        ("'a\\'b'", '"a\'b"'),
        ("'a\\b'", "ab"),
        ("a[?(b = 1)]", "a[?@.b == 1]"),
        ("a[?((b) & (c == 'x'))]", "a[?b & c == x]"),
        ("a[?(b|c).d]", "a[?b|c.d]"),
        ("a[?(b).c > -1.50]", "a[?b.c > -1.5]"),
        ("a.[?b]", "a[?b]"),
        ("`split(x,1,-1)`", "`split(x,  1, -1 )`"),
    ],
)
def test_two_ways_to_write_one_path(text, same):
    assert parse_path(text) == parse_path(same)


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("a..(b..c)", "a..b..c"),
        ("a where (b where c)", "a where b where c"),
        ("a.*", "a.'*'"),
        ("a[*]", "a.*"),
        ("a.'b.c'", "a.b.c"),
        ("$.a", "a"),
        ("a[?b == 1]", "a[?b == '1']"),
        ("a[?b == true]", "a[?b == 'true']"),
        ("a__1__b", "a.b"),
    ],
)
def test_two_paths_that_are_not_the_same(text, other):
    assert parse_path(text) != parse_path(other)


@pytest.mark.parametrize(
    "text",
    [
        "payload.image_meta.'org.openstack__1__os'",
        "a..b[0].c",
        "a..b[c,'d e']",
        "a..(b..c)",
        "(a..b).*",
        "a.(b..c).d",
        "a|b.c",
        "(a.b)|c",
        "a where (b.c)",
        "(a|b) where c",
        "[0].a",
        "a..[0]",
        "a.b[?c > 1 & `this` == 'it']",
        'a."it\'s"',
        "a.'where'",
        "a.''",
        "a[1:][:2][-2:-1][*]",
        "a[?b == 10000000000000000000000.0]",
        "a.`split(\\`, 0, -1)`",
        "`this`",
        "`this`..a",
        "$..`parent`.`len`",
    ],
)
def test_a_path_is_printed_as_one_would_write_it(text):
    assert print_path(parse_path(text)) == text


IN_QUOTES = " (it must stand in quotes to be part of a key)"
BEGINS_SO = " (a key that begins so must stand in quotes, an element of a list is"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("payload.", "column 9: expected a key, found the end"),
        (".payload", "column 1: expected a key, found '.'"),
        ("payload[", "column 9: expected a key, an index, a slice or '*', found the end"),
        ("payload[1.5]", "column 9: expected a key, an index, a slice or '*', found '1.5'"),
        ("payload[1:2:3]", "column 12: expected ']', found ':'"),
        ("payload[1,2]", "column 10: expected ']', found ','"),
        ("payload.v)", "column 10: expected '.', '[' or the end, found ')'"),
        ("payload v", "column 9: expected '.', '[' or the end, found 'v'"),
        ("a.*,b", "column 4: expected '.', '[' or the end, found ','"),
        ("a&b", "column 2: expected '.', '[' or the end, found '&'"),
        ("payload.größe", "column 11: 'ö' must stand in quotes to be part of a key"),
        ("a\u00a0.b", "column 2: '\\xa0' must stand in quotes to be part of a key"),
        ("a.'b", "column 3: the quote ' is not closed"),
        ("a.'b\\\n'", "column 3: the quote ' is not closed"),
        ("a.`len", "column 3: the quote ` is not closed"),
        ("a.where", "column 3: expected a key, found 'where' (where is a word of the path language"),
        ("a.`sorted`", "column 3: unknown operator `sorted`, must be one of `this`, `parent`, `len`, `split("),
        ("a.`split(ab, 1, -1)`", "column 3: unknown operator `split(ab, 1, -1)`"),
        ("a.`split(a, -1, -1)`", "column 3: unknown operator"),
        ("a.`split(a, 1, -2)`", "column 3: unknown operator"),
        ("a..b..c..d", "column 8: more than 2 '..' in a path"),
        (f"{'(' * 21}a{')' * 21}", "column 21: parentheses, filters and brackets nested deeper than 20"),
        (f"a{'[?b' * 21}", "column 63: parentheses, filters and brackets nested deeper than 20"),
        (f"a{'[0]|b' * 22}", "column 105: parentheses, filters and brackets nested deeper than 20"),
        ("a[?b == ]", "column 9: expected a text, a number, true or false, found ']'"),
        ("a[?b ~ 'x']", "column 6: '~' must stand in quotes to be part of a key"),
        ("a[?(b & c).d]", "column 11: expected '&', ')' or ']', found '.'"),
        ("a[?(b == 1) == 1]", "column 13: expected '&', ')' or ']', found '=='"),
        ("a[?b | ]", "column 8: expected a key, found ']'"),
        ("a[?(b]", "column 6: expected ')', found ']'"),
        ("a[?b or c]", "column 6: expected ']', found 'or'"),
        (f"a[?b > {'9' * 400}.0]", "column 8: the number is too large"),
        ("payload.binding:host_id", f"column 16: expected '.', '[' or the end, found ':'{IN_QUOTES}"),
        ("payload.'a':b", f"column 12: expected '.', '[' or the end, found ':'{IN_QUOTES}"),
        ("a[b:c]", f"column 4: expected ']', found ':'{IN_QUOTES}"),
        ("(a:b)", f"column 3: expected ')', found ':'{IN_QUOTES}"),
        ("a.:b", f"column 3: expected a key, found ':'{IN_QUOTES}"),
        ("a.b,:c", f"column 5: expected a key, found ':'{IN_QUOTES}"),
        ("payload.list.0.id", f"column 14: expected a key, found '0'{BEGINS_SO} [0])"),
        ("payload.list.-1", f"column 14: expected a key, found '-1'{BEGINS_SO} [-1])"),
        ("payload.list.0.1.id", f"column 14: expected a key, found '0.1'{BEGINS_SO} [0])"),
        ("payload.5g", f"column 9: expected a key, found '5'{BEGINS_SO} [5])"),
        ("a.b,where", "column 5: expected a key, found 'where' (where is a word of the path language"),
        ("a.b,5g", f"column 5: expected a key, found '5'{BEGINS_SO} [5])"),
        ("a[٣]", "column 3: '٣' must stand in quotes"),
    ],
)
def test_an_error_says_what_was_expected_and_where(text, problem):
    with pytest.raises(NotAPathError) as error:
        parse_path(text)
    assert str(error.value).startswith(problem)


@pytest.mark.parametrize("text", ["a[1:2:3]", "a[::]", "a[0]:b", "a[?b == 1:2]", "*:b"])
def test_a_colon_after_no_key_is_not_said_to_be_part_of_one(text):
    with pytest.raises(NotAPathError) as error:
        parse_path(text)
    assert str(error.value).endswith("found ':'")


def test_a_path_that_nests_twenty_levels_is_printed_at_once():
    path = parse_path("a" + "[0]|b" * 20)
    start = time.thread_time()
    assert parse_path(print_path(path)) == path
    assert cpu_time.is_less(time.thread_time() - start, 0.1)


@pytest.mark.parametrize(
    "text",
    [
        f"[?s[?e] & a{'[*]|r' * 18}]",
        f"{'(' * 19}a..b[0]..c{')' * 19}",
        "t[k] where c" + "[k] where c" * 19,
        "a" + ".a" * 511,
        "a" + "|a" * 511,
        "a" + "[0]" * 341,
        "a" + " where a" * 127,
        "(" * 20 + "a" + ")" * 20,
    ],
)
def test_a_path_of_1024_characters_needs_no_deep_stack(text):
    assert parse_path(print_path(parse_path(text))) == parse_path(text)
