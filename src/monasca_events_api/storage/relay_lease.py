"""The statements on the relay's lease: one relay publishes at a time (contract 2, Definitions)."""

from sqlalchemy import BindParameter, bindparam, or_, update

from monasca_events_api.storage.clock import now_ms
from monasca_events_api.storage.models import RelayLease
from monasca_events_api.storage.sessions import Connection

NAME = "relay"
NOBODY = ""
LONGEST_SECONDS = 3600
"""The most that the setting ``relay.lease`` may be, of whichever relay."""
CLOCK_SECONDS = 60
"""How far the clock of one node of a database may be behind that of another."""

_TTL: BindParameter[int] = bindparam("ttl")
# An expiry further ahead than any lease can last is from before the database's clock was set back. Our own lease is no
# measure for that: the holder's may be longer.
_LEFT_BEHIND_MS = (LONGEST_SECONDS + CLOCK_SECONDS) * 1000
_TAKE = (
    update(RelayLease)
    .where(
        RelayLease.name == NAME,
        or_(
            RelayLease.holder == bindparam("me"),
            RelayLease.expires_at <= now_ms(),
            RelayLease.expires_at > now_ms() + _LEFT_BEHIND_MS,
        ),
    )
    .values(holder=bindparam("me"), expires_at=now_ms() + _TTL)
)
_RELEASE = (
    update(RelayLease)
    .where(RelayLease.name == NAME, RelayLease.holder == bindparam("me"))
    .values(holder=NOBODY, expires_at=0)
)
_WRITE = update(RelayLease).where(RelayLease.name == "").values(expires_at=0)


def may_write(connection: Connection) -> None:
    """Do what changes nothing. Raises Unavailable where the database, or the account's rights, let it only be read."""
    connection.execute(_WRITE)


def take(connection: Connection, holder: str, ttl: float) -> bool:
    """Take or renew the lease for *holder*, for *ttl* seconds; say whether *holder* has it now."""
    return connection.execute(_TAKE, {"me": holder, "ttl": int(ttl * 1000)}).rowcount == 1


def release(connection: Connection, holder: str) -> None:
    """Give the lease back, if *holder* has it, so that another relay need not wait for its end."""
    connection.execute(_RELEASE, {"me": holder})
