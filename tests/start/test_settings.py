"""Settings are checked at the start, every one of them, all at once (contract 3)."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from monasca_events_api.settings import Settings, WrongSettings, read_settings
from servers.packages import program, required
from servers.processes import run_once

LEAST = {"sqlalchemy.url": "sqlite:///monasca-events.sqlite", "messages.publisher": "files"}


def faults(settings: Mapping[str, str]) -> list[str]:
    with pytest.raises(WrongSettings) as refused:
        read_settings(settings)
    return list(refused.value.faults)


def read(**changes: str) -> Settings:
    return read_settings(LEAST | {name.replace("__", "."): value for name, value in changes.items()})


@pytest.mark.parametrize(
    ("key", "value", "wrong"),
    [
        ("sqlalchemy.url", "", "required"),
        ("sqlalchemy.url", "oracle://db/events", "must begin with one of sqlite://"),
        ("sqlalchemy.url", "postgresql+psycopg://u:p@host:port/events", "is not HOST:PORT/NAME"),
        ("sqlalchemy.url", "postgresql+psycopg://u:p@host:65536/events", "is not HOST:PORT/NAME"),
        ("sqlalchemy.pool_size", "0", "'0' is not a whole number from 1 to 1000"),
        ("api.page_limit", "1001", "'1001' is not a whole number from 1 to 1000"),
        ("api.page_limit", "ten", "'ten' is not a whole number from 1 to 1000"),
        ("api.page_limit", "1.0", "'1.0' is not a whole number from 1 to 1000"),
        ("api.max_body_bytes", "-1", "'-1' is not a whole number"),
        ("api.max_events", "0", "'0' is not a whole number from 1 to 100000"),
        ("api.trusted_proxies", "10.0.0.0/8, proxy", "'proxy' does not appear to be an IPv4 or IPv6 network"),
        ("api.trusted_proxies", "10.0.0.1/8", "10.0.0.1/8 has host bits set"),
        ("quota.transforms", "many", "'many' is not a whole number"),
        ("transform_extensions", "perhaps", "'perhaps' is neither true nor false"),
        ("messages.publisher", "rabbit", "'rabbit' is none of kafka, files"),
        ("messages.events_topic", "raw events", "'raw events' is not a topic's name"),
        ("messages.events_topic", "x" * 250, "is not a topic's name"),
        ("messages.events_topic", ".", "'.' is not a topic's name"),
        ("messages.events_topic", "..", "'..' is not a topic's name"),
        ("kafka.bootstrap_servers", "kafka-1:9092, kafka-2", "'kafka-2' is not HOST:PORT"),
        ("kafka.bootstrap_servers", "kafka-1:9092, kafka-2:65536", "'kafka-2:65536' is not HOST:PORT"),
        ("kafka.security_protocol", "ssl", "'ssl' is none of PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL"),
        ("kafka.sasl_mechanism", "GSSAPI", "'GSSAPI' is none of PLAIN"),
        ("kafka.ssl_cafile", "/nowhere/ca.pem", "/nowhere/ca.pem: No such file or directory"),
        ("kafka.timeout", "0", "'0' is not a number of seconds from 0.1 to 600"),
        ("kafka.timeout", "nan", "'nan' is not a number of seconds"),
        ("relay.enabled", "yes", "'yes' is neither true nor false"),
        ("relay.lease", "1h", "'1h' is not a number of seconds from 5 to 3600"),
    ],
)
def test_a_wrong_value_is_one_line_that_names_its_key(key: str, value: str, wrong: str) -> None:
    (line,) = faults(LEAST | {key: value})
    assert line.startswith(f"[app:main] {key}: ")
    assert wrong in line


@pytest.mark.parametrize("form", [(), ("-traditional",)], ids=str)
@pytest.mark.parametrize("key", ["kafka.ssl_certfile", "kafka.ssl_keyfile"])
def test_a_key_that_needs_a_passphrase_is_a_fault(tmp_path: Path, key: str, form: tuple[str, ...]) -> None:
    # The library would ask a terminal for it, with each connection.
    file = tmp_path / "key.pem"
    making = ("genrsa", "-aes256", "-passout", "pass:secret", *form, "-out", file)
    run_once([required(lambda: program("openssl"), ["openssl"]), *making], folder=tmp_path)
    files = {"kafka.ssl_certfile": __file__, "kafka.ssl_keyfile": __file__}
    assert faults(LEAST | files | {key: str(file)}) == [f"[app:main] {key}: {file}: its key needs a passphrase"]


def test_all_faults_are_told_at_once() -> None:
    wrong = faults({"api.page_limit": "0", "relay.poll": "x", "messages.publisher": "files", "color": "red"})
    assert {line.split()[1] for line in wrong} == {"sqlalchemy.url:", "api.page_limit:", "relay.poll:", "color:"}


def test_an_unknown_key_is_a_fault() -> None:
    assert faults(LEAST | {"api.page_size": "10"}) == ["[app:main] api.page_size: unknown key"]


def test_pyramids_own_keys_are_left_to_pyramid() -> None:
    assert read(pyramid__debug_notfound="true").publisher == "files"


def test_kafka_needs_to_be_told_where_it_is() -> None:
    url = {"sqlalchemy.url": LEAST["sqlalchemy.url"]}
    assert faults(url) == ["[app:main] kafka.bootstrap_servers: required where messages.publisher is kafka"]


@pytest.mark.parametrize(
    ("key", "protocol"),
    [
        ("kafka.ssl_cafile", "PLAINTEXT"),
        ("kafka.ssl_certfile", "SASL_PLAINTEXT"),
        ("kafka.sasl_username", "SSL"),
        ("kafka.sasl_password", "PLAINTEXT"),
    ],
)
def test_what_the_protocol_to_kafka_has_no_use_for_is_a_fault(key: str, protocol: str) -> None:
    kafka = {"messages.publisher": "kafka", "kafka.bootstrap_servers": "kafka:9092", "kafka.sasl_username": "user"}
    if "SASL" not in protocol:
        del kafka["kafka.sasl_username"]
    assert faults(LEAST | kafka | {"kafka.security_protocol": protocol, key: __file__}) == [
        f"[app:main] {key}: counts for nothing where kafka.security_protocol is {protocol}"
    ]


def test_a_key_to_kafka_needs_a_certificate() -> None:
    kafka = {"messages.publisher": "kafka", "kafka.bootstrap_servers": "kafka:9092", "kafka.security_protocol": "SSL"}
    assert faults(LEAST | kafka | {"kafka.ssl_keyfile": __file__}) == [
        "[app:main] kafka.ssl_certfile: required where kafka.ssl_keyfile is set"
    ]


@pytest.mark.parametrize(
    ("content", "wrong"), [(b"", "is empty"), (b" \n", "is empty"), (b"s\xe9cret", "is not UTF-8")]
)
def test_a_secret_that_is_none_is_a_fault(tmp_path: Path, content: bytes, wrong: str) -> None:
    file = tmp_path / "secret"
    file.write_bytes(content)
    assert faults(LEAST | {"sqlalchemy.password": f"file:{file}"}) == [
        f"[app:main] sqlalchemy.password: {file}: {wrong}"
    ]


def test_sasl_needs_a_user() -> None:
    kafka = {"kafka.bootstrap_servers": "kafka:9092", "kafka.security_protocol": "SASL_SSL"}
    url = {"sqlalchemy.url": LEAST["sqlalchemy.url"]}
    assert faults(url | kafka) == ["[app:main] kafka.sasl_username: required where kafka.security_protocol is SASL"]


@pytest.mark.parametrize(
    ("key", "others"),
    [
        ("kafka.sasl_username", {"kafka.security_protocol": "SASL_SSL"}),
        ("kafka.ssl_certfile", {"kafka.security_protocol": "SSL", "kafka.ssl_keyfile": __file__}),
    ],
)
def test_what_another_setting_needs_has_one_fault_when_its_own_value_is_wrong(key: str, others: dict[str, str]) -> None:
    kafka = {"messages.publisher": "kafka", "kafka.bootstrap_servers": "kafka:9092", **others}
    assert faults(LEAST | kafka | {key: "env:NOT_SET"}) == [
        f"[app:main] {key}: the environment variable NOT_SET is not set"
    ]


def test_roles_compare_without_regard_to_case() -> None:
    assert read(default_authorized_roles="Monasca-User, ADMIN").full_access_roles == {"monasca-user", "admin"}


@pytest.mark.parametrize("empty", ["", ",", "env:NOBODY"])
def test_a_right_that_is_given_to_no_role_is_nobodys(monkeypatch: pytest.MonkeyPatch, empty: str) -> None:
    monkeypatch.setenv("NOBODY", "")
    assert read(delegate_authorized_roles=empty).delegate_roles == frozenset()


def test_any_other_setting_without_a_value_has_its_default() -> None:
    assert read(region="").region == "RegionOne"


def test_a_value_may_come_from_an_environment_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DB_PASSWORD", "from-the-environment")
    assert read(sqlalchemy__password="env:DB_PASSWORD").database_password == "from-the-environment"


def test_a_value_may_come_from_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text("from-a-file\n")
    assert read(sqlalchemy__password=f"file:{secret}").database_password == "from-a-file"


def test_a_variable_that_is_not_set_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DB_PASSWORD", raising=False)
    assert faults(LEAST | {"sqlalchemy.password": "env:DB_PASSWORD"}) == [
        "[app:main] sqlalchemy.password: the environment variable DB_PASSWORD is not set"
    ]


def test_a_file_that_is_not_there_is_a_fault() -> None:
    assert faults(LEAST | {"sqlalchemy.password": "file:/nowhere/password"}) == [
        "[app:main] sqlalchemy.password: /nowhere/password: No such file or directory"
    ]


def test_two_topics_of_one_name_are_a_fault() -> None:
    assert faults(LEAST | {"messages.events_topic": "transform-definitions"}) == [
        "[app:main] messages.events_topic: 'transform-definitions' is the topic of messages.transforms_topic"
    ]


@pytest.mark.parametrize("url", ["oracle://u:secret@db/events", "postgresql+psycopg://u:secret@db:port/events"])
def test_no_fault_shows_the_password_in_a_url(url: str) -> None:
    assert "secret" not in faults(LEAST | {"sqlalchemy.url": url})[0]
