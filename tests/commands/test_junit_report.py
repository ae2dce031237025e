"""``monasca-events test --junit``: the report that CI reads (docs/test-files.rst)."""

import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from commands.testing import EXAMPLE, FAILS, PASSES, run, run_tests, run_text


def test_the_report_for_ci_has_each_test_with_its_failure(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    run_tests(tmp_path, PASSES + FAILS, EXAMPLE, "--junit", report)
    root = ET.parse(report).getroot()
    assert (root.tag, root.attrib["tests"], root.attrib["failures"], root.attrib["errors"]) == (
        "testsuites",
        "8",
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


def test_a_report_below_a_file_is_a_usage_error() -> None:
    assert run(EXAMPLE, "--junit", Path(sys.executable) / "report.xml").exit_code == 2


def test_a_report_over_a_directory_is_a_usage_error(tmp_path: Path) -> None:
    assert run(EXAMPLE, "--junit", tmp_path).exit_code == 2


def test_a_report_that_cannot_be_written_after_all_is_one_line() -> None:
    result = run(EXAMPLE, "--junit", "/dev/full")
    assert (result.exit_code, result.stderr) == (1, "Error: /dev/full: No space left on device\n")


def test_a_wrong_command_line_leaves_a_report_that_is_there_as_it_is(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text("kept")
    assert run("--junit", report).exit_code == 2
    assert report.read_text() == "kept"


def test_a_shorter_report_replaces_a_longer_one(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text("x" * 10_000)
    run_tests(tmp_path, PASSES, "--junit", report)
    assert ET.parse(report).getroot().attrib["tests"] == "1"


def test_a_report_may_go_to_the_standard_output() -> None:
    assert "<testsuites " in run(EXAMPLE, "--junit", "-").stdout


@pytest.mark.parametrize("name", ["definitions.yaml", "symbolic.yaml", "hard.yaml"])
def test_a_report_over_a_file_of_tests_is_a_usage_error_that_leaves_it_as_it_is(tmp_path: Path, name: str) -> None:
    file = tmp_path / "definitions.yaml"
    file.write_text(EXAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "symbolic.yaml").symlink_to(file)
    (tmp_path / "hard.yaml").hardlink_to(file)
    result = run(file, "--junit", tmp_path / name)
    told = f"Error: The results would replace {file}: give --junit another file\n"
    assert (result.exit_code, result.stderr.endswith(told)) == (2, True)
    assert file.read_bytes() == EXAMPLE.read_bytes()


def test_a_report_over_a_file_of_tests_that_is_not_there_is_not_written(tmp_path: Path) -> None:
    file = tmp_path / "none.yaml"
    assert run(file, "--junit", file).exit_code == 2
    assert not file.exists()
