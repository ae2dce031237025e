"""Tables for a terminal, from the results."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from measuring.cases import KAFKA_SHARE, WSGI_SHARE
from measuring.comparison import KAFKA_PYTHON, Measured
from measuring.floors import PARTS_ALONE
from measuring.peers import GOALS, RECORDED, RECORDED_RATES, best

ELSEWHERE = "peers: measured elsewhere, on another machine of 2 cores (issue 7)"


def costs(measured: Sequence[Measured]) -> Iterator[str]:
    """Give the table of everything that was measured with one setup."""
    yield (
        f"{'case':24}{'target':24}{'c':>3} {'service':>9} {'database':>9} {'CPU ms':>9} {'±':>5} {'req/s':>8} "
        f"{'p50 ms':>8} {'p99 ms':>8} {'behind s':>8} {'refused':>7}"
    )
    for each in measured:
        yield (
            f"{each.case:24}{each.target:24}{each.connections:3} {each.service_cpu:9.3f} {each.database_cpu:9.3f} "
            f"{each.cpu:9.3f} {each.spread:5.0%} {each.rate:8.0f} {each.p50:8.2f} {each.p99:8.2f} "
            f"{each.behind:8.1f} {each.refused:7}"
        )


def ratios(measured: Sequence[Measured], ours: str, login: str) -> Iterator[str]:
    """Give for each case how ours stands to the best peer and to the floors, with the goal behind it."""
    yield ELSEWHERE
    for each in measured:
        if each.target == ours:
            yield f"{each.case:24} c{each.connections:<3} " + "; ".join(_standing(each, measured, login))


def _standing(each: Measured, measured: Sequence[Measured], login: str) -> Iterator[str]:
    peer = best(login, each.case, each.connections)
    if peer is not None:
        goal = GOALS[each.case]
        yield f"{peer[1] / each.cpu:.1f} times less CPU than {peer[0]} (goal {goal:g}){_mark(peer[1] / each.cpu, goal)}"
    beside = {other.target: other for other in measured if _beside(other, each)}
    for name, other in beside.items():
        if name.startswith("bare answer"):
            goal, share = WSGI_SHARE.get(each.case, 0), each.rate / other.rate
            said = f" (goal {goal:.0%}){_mark(share, goal)}" if goal else ""
            yield f"{share:.0%} of the rate of {name}{said}"
        elif name == PARTS_ALONE:
            yield f"{each.cpu / other.cpu:.2f} times the CPU of {name}"
        elif name == KAFKA_PYTHON:
            goal = KAFKA_SHARE.get(each.case, 0)
            said = f" (goal {goal:g}){_mark(-each.cpu / other.cpu, -goal)}" if goal else ""
            yield f"{each.cpu / other.cpu:.2f} times the CPU of {name}{said}"
        elif other.refused:
            yield f"{name} refused {other.refused}"
        else:
            less, goal = other.cpu / each.cpu, GOALS.get(each.case, 1.0)
            rate = f"{each.rate / other.rate:.1f} times its rate"
            yield f"{less:.1f} times less CPU than {name} (goal {goal:g}){_mark(less, goal)}, {rate}"
    page = next((other for other in measured if other.case == "GET by id" and _same(other, each)), None)
    if page is not None and each.case == "GET page of 50":
        yield f"{each.cpu / page.cpu:.2f} times a GET by id (goal 2){_mark(-each.cpu / page.cpu, -2)}"
    if each.case == "POST 1000 events":
        yield f"{each.rate * 1000:.0f} events a second (goal 25000){_mark(each.rate * 1000, 25_000)}"


def _beside(other: Measured, each: Measured) -> bool:
    return other.case == each.case and other.target != each.target and other.connections == each.connections


def _same(other: Measured, each: Measured) -> bool:
    return other.target == each.target and other.connections == each.connections


def _mark(value: float, goal: float) -> str:
    return "" if value >= goal else " MISSED"


def recorded(login: str) -> Iterator[str]:
    """Give the peers' own numbers."""
    yield f"{ELSEWHERE}, login: {login}; CPU ms a request at c1 / c16 (+ database)"
    for case, peers in RECORDED[login].items():
        said = (f"{name} {cost.one:g} / {cost.many:g} (+{cost.database:g})" for name, cost in peers.items())
        yield f"{case:24} {', '.join(said)}"
        if login == "none" and case in RECORDED_RATES:
            rates = (f"{name} {one:g} / {many:g}" for name, (one, many) in RECORDED_RATES[case].items())
            yield f"{'':24} requests a second: {', '.join(rates)}"


def process(found: Mapping[str, Any]) -> Iterator[str]:
    """Give what a process holds, and how long it takes to start."""
    starts = ", ".join(f"{clock:.2f} s ({cpu:.2f} s of CPU)" for clock, cpu in found["starts"])
    yield f"start to first answer: {starts} (goal 1.5 s)"
    yield (
        f"memory after all of it: {found['memory']:.0f} MB, at most {found['peak_memory']:.0f} MB (goal 80 MB), "
        f"threads {found['threads']}, sockets {found['sockets']}"
    )
    idle = f"{found['idle_service']:.1f} ms of CPU a second, the database {found['idle_database']:.1f} ms"
    yield f"with nothing to do: {idle}"


def growth(found: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Give cost against rows, and the plans of the largest table."""
    yield f"{'database':12}{'rows':>10}  {'case':24}{'service':>9} {'database':>9} {'CPU ms':>9} {'±':>5}"
    for step in found:
        for each in step["measured"]:
            yield (
                f"{step['database']:12}{step['rows']:>10}  {each.case:24}{each.service_cpu:9.3f} "
                f"{each.database_cpu:9.3f} {each.cpu:9.3f} {each.spread:5.0%}"
            )
    for database in dict.fromkeys(step["database"] for step in found):
        largest = [step for step in found if step["database"] == database][-1]
        yield f"\n{database}: {largest['bytes'] / largest['rows']:.0f} bytes a definition, indexes included"
        yield f"query plans, {largest['rows']} rows"
        for case, lines in largest["plans"].items():
            yield f"  {case}"
            yield from (f"    {line}" for line in lines)


def bodies(found: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Give cost against the size of a body."""
    yield f"{'events':>8}{'bytes':>10} {'CPU ms':>9} {'kafka-python':>13} {'ratio':>6} {'µs an event':>12}"
    for step in found:
        cost, floor = step["measured"].cpu, step["floor_cpu"]
        each = 1000 * cost / step["events"]
        yield f"{step['events']:>8}{step['bytes']:>10} {cost:9.3f} {floor:13.3f} {cost / floor:6.2f} {each:12.1f}"
