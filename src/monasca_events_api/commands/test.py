"""``monasca-events test``: runs test files offline, as ``promtool test rules`` does (contract 3)."""

import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import click

from monasca_events_api.commands.junit_report import FileResult, TestResult, junit_report
from monasca_events_api.commands.side_by_side import side_by_side
from monasca_events_api.domain.expectations.comparison import Difference, differences
from monasca_events_api.domain.expectations.run import run
from monasca_events_api.domain.expectations.suite import Case, Suite, read_suite
from monasca_events_api.domain.expectations.yaml_file import WrongFile

FAILED = 1
WRONG = 2
TITLES = ("expected", "seen")
STDOUT = "-"


def _writable(_context: click.Context, _parameter: click.Parameter, path: str | None) -> str | None:
    # Written behind the tests only: who made a mistake keeps what is there, which click has found to be writable.
    if path is not None and path != STDOUT and not os.access(path, os.F_OK):
        folder = Path(os.path.realpath(path)).parent
        # With the dot, a file is no folder.
        if not os.access(f"{folder}/.", os.W_OK | os.X_OK):
            raise click.BadParameter(f"{folder} is no directory that can be written to")
    return path


@click.command("test")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path())
@click.option(
    "--junit",
    type=click.Path(dir_okay=False, readable=False, writable=True, allow_dash=True),
    callback=_writable,
    metavar="FILE",
    help="Write the results as JUnit XML too.",
)
def test(files: tuple[str, ...], junit: str | None) -> None:
    """Test definitions offline.

    A FILE is YAML: transforms, stream definitions, events, and what is expected of them. No service is asked. For
    each test that fails, what was expected and what was seen stand side by side, and below why.

    Exit status: 0 when all tests pass, 1 when one fails or the results cannot be written, 2 when a FILE is wrong
    (told as FILE:LINE:COLUMN; the tests of the others are run) or the command line is.
    """
    for path in files:
        if junit is not None and _are_one(junit, path):
            raise click.UsageError(f"The results would replace {path}: give --junit another file")
    results = [_result(path) for path in files]
    if junit is not None:
        _write(junit, junit_report(results))
    failed = sum(test.failure is not None for each in results for test in each.tests)
    passed = sum(len(each.tests) for each in results) - failed
    wrong = sum(bool(each.faults) for each in results)
    click.echo(f"{passed} passed, {failed} failed" + (f", {wrong} of {len(results)} files wrong" if wrong else ""))
    if wrong or failed:
        sys.exit(WRONG if wrong else FAILED)


def _are_one(report: str, path: str) -> bool:
    try:
        return Path(report).samefile(path)
    except OSError:
        # One of them is not there, or both are not.
        return os.path.realpath(report) == os.path.realpath(path)


def _write(path: str, report: bytes) -> None:
    try:
        with click.open_file(path, "wb") as opened:
            opened.write(report)
    except OSError as error:
        raise click.ClickException(f"{path}: {error.strerror}") from error


def _result(path: str) -> FileResult:
    result = FileResult(path)
    try:
        suite = read_suite(Path(path).read_bytes())
    except OSError as error:
        return _refused(result, [f"{path}: {error.strerror}"])
    except WrongFile as wrong:
        return _refused(result, [f"{path}:{each.line}:{each.column}: {each.description}" for each in wrong.faults])
    click.echo(path)
    for case in suite.cases:
        result.tests.append(_tested(suite, case))
    return result


def _refused(result: FileResult, faults: Sequence[str]) -> FileResult:
    click.echo("\n".join(faults), err=True)
    result.faults = faults
    return result


def _tested(suite: Suite, case: Case) -> TestResult:
    started = time.perf_counter()
    found = differences(suite, case, run(suite, case))
    seconds = time.perf_counter() - started
    failure = "\n\n".join(map(_told, found)) if found else None
    click.echo(f"  {'FAILED' if found else 'passed'}  {case.name}")
    if failure is not None:
        click.echo("".join(f"      {line}\n" if line else "\n" for line in failure.splitlines()))
    return TestResult(case.name, seconds, failure)


def _told(difference: Difference) -> str:
    lines = [difference.subject, *side_by_side(difference.pairs, TITLES)]
    if difference.reasons:
        lines += ["why:", *(f"  {reason}" for reason in difference.reasons)]
    return "\n".join(lines)
