"""The options of commands that ask a running service: where it is, and who asks."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeAlias

import click

from monasca_events_api.client.login import log_in
from monasca_events_api.client.problems import ClientProblem, LoginFailed
from monasca_events_api.client.service import Service

STDIN = "-"


def _http_url(_context: click.Context, _parameter: click.Parameter, url: str) -> str:
    if not url.startswith(("http://", "https://")):
        raise click.BadParameter("must begin with http:// or https://")
    return url


_OPTIONS = (
    click.option(
        "--url", envvar="MONASCA_EVENTS_URL", show_envvar=True, required=True, callback=_http_url,
        help="Where the service is: http://localhost:8072, say.",
    ),
    click.option(
        "--token-file", type=click.Path(exists=True, dir_okay=False, allow_dash=True), metavar="FILE",
        help="Read a token from FILE (-: the standard input).",
    ),
    click.option("--tenant", metavar="ID", help="Act for this tenant (project), with a delegate's role."),
    click.option(
        "--cacert", type=click.Path(exists=True, dir_okay=False), envvar="OS_CACERT", show_envvar=True, metavar="FILE",
        help="Certificates of the authorities to trust, PEM.",
    ),
    click.option("--insecure", is_flag=True, help="Trust any certificate."),
)  # fmt: skip


Connect: TypeAlias = Callable[[], Service]


def service_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give *command* the options; its *connect* logs in and returns the Service. ClientProblem ends it with 1."""

    @wraps(command)
    def with_service(
        url: str, token_file: str | None, tenant: str | None, cacert: str | None, *, insecure: bool, **others: Any
    ) -> Any:
        if token_file == others.get("file") == STDIN:
            raise click.UsageError("The standard input cannot be both FILE and the file of --token-file")

        def connect() -> Service:
            token = None if token_file is None else _token(token_file)
            return Service(log_in(token, cacert, insecure=insecure), url, tenant)

        try:
            return command(connect=connect, **others)
        except ClientProblem as problem:
            raise click.ClickException(str(problem)) from problem

    for option in reversed(_OPTIONS):
        with_service = option(with_service)
    return with_service


def _token(file: str) -> str:
    try:
        with click.open_file(file, "rb") as opened:
            content: bytes = opened.read()
    except OSError as error:
        raise LoginFailed(f"No login: {file}: {error.strerror}") from error
    # What is not ASCII is no token, and is told so whatever its encoding.
    return content.decode("ascii", "replace")
