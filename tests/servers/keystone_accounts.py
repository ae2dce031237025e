"""Who is who in the tests' Keystone."""

from dataclasses import dataclass

ROLES = ("monasca-user", "monasca-agent", "unrelated", "admin", "service")
PROJECTS = ("test", "other", "service")


@dataclass(frozen=True)
class Account:
    """A user with *roles* in one *project*."""

    name: str
    project: str
    roles: tuple[str, ...]
    password: str = "password"


ACCOUNTS = {
    account.name: account
    for account in (
        Account("full", "test", ("monasca-user",)),
        Account("agent", "test", ("monasca-agent",)),
        Account("unrelated", "test", ("unrelated",)),
        Account("delegate", "test", ("admin",)),
        Account("other", "other", ("monasca-user",)),
        # The one by which the API asks about tokens.
        Account("service", "service", ("admin", "service"), "service-password"),
    )
}
