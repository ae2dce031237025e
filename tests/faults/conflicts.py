"""Conflicts that the database reports by itself, at a moment that a trigger chooses."""

from sqlalchemy import create_engine

ONE_IN = 4
"""Of the rows that are written to the outbox."""

POSTGRESQL = (
    "CREATE SEQUENCE seen",
    "CREATE SEQUENCE forced",
    f"""CREATE FUNCTION give_way() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF mod(nextval('seen'), {ONE_IN}) = 0 THEN
            PERFORM nextval('forced');
            RAISE EXCEPTION 'forced' USING ERRCODE = 'serialization_failure';
        END IF;
        RETURN NULL;
    END $$""",
    # Deferred: it is the COMMIT that fails, as it does when transactions are serialized.
    """CREATE CONSTRAINT TRIGGER give_way AFTER INSERT ON outbox DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION give_way()""",
)
# A sequence keeps its value when the transaction is rolled back.
MARIADB = (
    "CREATE SEQUENCE seen",
    "CREATE SEQUENCE forced",
    f"""CREATE TRIGGER give_way BEFORE INSERT ON outbox FOR EACH ROW BEGIN
        IF mod(NEXTVAL(seen), {ONE_IN}) = 0 THEN
            SET @forced = NEXTVAL(forced);
            SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 1020, MESSAGE_TEXT = 'Record has changed since last read';
        END IF;
    END""",
)


class Conflicts:
    """Serialization failures in the database at *url*: every fourth row of the outbox ends its transaction."""

    def __init__(self, url: str) -> None:
        self._engine = create_engine(url, isolation_level="AUTOCOMMIT")
        self._is_postgresql = self._engine.dialect.name == "postgresql"
        with self._engine.connect() as connection:
            for statement in POSTGRESQL if self._is_postgresql else MARIADB:
                connection.exec_driver_sql(statement)

    def end(self) -> int:
        """Force no more of them; return how many there were."""
        of_table = " ON outbox" if self._is_postgresql else ""
        following = "nextval('forced')" if self._is_postgresql else "NEXTVAL(forced)"
        with self._engine.connect() as connection:
            connection.exec_driver_sql(f"DROP TRIGGER give_way{of_table}")
            number = int(connection.exec_driver_sql(f"SELECT {following}").scalar_one()) - 1
        self._engine.dispose()
        return number
