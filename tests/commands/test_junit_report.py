"""``monasca-events test --junit``: the report that CI reads (docs/test-files.rst)."""

from pathlib import Path
from xml.etree import ElementTree as ET

from commands.testing import EXAMPLE, FAILS, PASSES, run, run_tests, run_text


def test_the_report_for_ci_has_each_test_with_its_failure(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    run_tests(tmp_path, PASSES + FAILS, EXAMPLE, "--junit", report)
    root = ET.parse(report).getroot()
    assert (root.tag, root.attrib["tests"], root.attrib["failures"], root.attrib["errors"]) == (
        "testsuites",
        "6",
        "1",
        "0",
    )
    passed, failed = root[0]
    assert (passed.attrib["name"], list(passed)) == ("passes", [])
    assert failed[0].tag == "failure"
    assert "! dropped  | no traits" in (failed[0].text or "")


def test_the_report_for_ci_has_a_wrong_file_as_an_error(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    run_text(tmp_path, "tests: 5", "--junit", report)
    suite = ET.parse(report).getroot()[0]
    assert (suite.attrib["tests"], suite.attrib["errors"]) == ("1", "1")
    assert (suite[0][0].tag, suite[0][0].text) == ("error", f"{tmp_path}/definitions.yaml:1:8: tests: Must be a list")


def test_the_report_is_xml_whatever_a_test_is_called(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    run_tests(tmp_path, PASSES.replace("passes", '"<&\\x01\\uFFFF 🎉"'), "--junit", report)
    assert ET.parse(report).getroot()[0][0].attrib["name"] == "<&\\u0001\\uffff 🎉"


def test_a_report_that_cannot_be_written_is_a_usage_error(tmp_path: Path) -> None:
    assert run(EXAMPLE, "--junit", tmp_path / "none" / "report.xml").exit_code == 2
