"""The database's own clock, which all processes on all hosts share."""

from typing import Any

from sqlalchemy import BigInteger
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class now_ms(FunctionElement[int]):  # noqa: N801 - it reads as an SQL function
    """Milliseconds since the epoch on the database's clock."""

    type = BigInteger()
    inherit_cache = True


@compiles(now_ms, "postgresql")
def _postgresql(_element: now_ms, _compiler: Any, **_options: Any) -> str:
    return "CAST(extract(epoch from clock_timestamp()) * 1000 AS bigint)"


@compiles(now_ms, "mysql")
@compiles(now_ms, "mariadb")
def _mariadb(_element: now_ms, _compiler: Any, **_options: Any) -> str:
    return "CAST(unix_timestamp(sysdate(3)) * 1000 AS integer)"


@compiles(now_ms, "sqlite")
def _sqlite(_element: now_ms, _compiler: Any, **_options: Any) -> str:
    return "CAST((julianday('now') - 2440587.5) * 86400000 AS integer)"
