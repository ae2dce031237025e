"""Results as JUnit XML, which every CI reads: a ``testsuite`` for each file, a ``testcase`` for each test."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, SubElement, tostring

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class TestResult:
    """What came of one test: *failure* tells the differences; None: it passed."""

    __test__ = False

    name: str
    seconds: float
    failure: str | None


@dataclass(slots=True)
class FileResult:
    """What came of one file: its tests, or *faults* for which none of them was run."""

    path: str
    faults: Sequence[str] = ()
    tests: list[TestResult] = field(default_factory=list)


def junit_report(files: Sequence[FileResult]) -> bytes:
    """Write the results of *files*. A file that is wrong counts as one test, with an error."""
    root = Element("testsuites")
    for each in files:
        root.append(_suite(each))
    for count in ("tests", "failures", "errors"):
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in root)))
    root.set("time", _seconds([test for each in files for test in each.tests]))
    report: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return report + b"\n"


def _suite(result: FileResult) -> Element:
    failed = sum(test.failure is not None for test in result.tests)
    suite = Element(
        "testsuite",
        name=_text(result.path),
        tests=str(len(result.tests) or 1),
        failures=str(failed),
        errors=str(int(bool(result.faults))),
        skipped="0",
        time=_seconds(result.tests),
    )
    if result.faults:
        case = SubElement(suite, "testcase", classname=_text(result.path), name="the file can be read", time="0")
        SubElement(case, "error", message="The file is wrong", type="WrongFile").text = _text("\n".join(result.faults))
    for test in result.tests:
        case = SubElement(suite, "testcase", classname=_text(result.path), name=_text(test.name))
        case.set("time", _seconds([test]))
        if test.failure is not None:
            message = "Not as expected"
            SubElement(case, "failure", message=message, type="Difference").text = _text(test.failure)
    return suite


def _seconds(tests: Sequence[TestResult]) -> str:
    return f"{sum(test.seconds for test in tests):.3f}"


def _text(text: str) -> str:
    return _NOT_IN_XML.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
