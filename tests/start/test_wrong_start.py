"""A wrong configuration ends the start, with one clear line for each fault and status 1 (contract 3)."""

import socket
from pathlib import Path

import pytest

from servers.ports import LOOPBACK
from start.programs import SECRETS, Ended, ini, run


def pserve(folder: Path, section: str, changes: dict[str, str], sample: str = "development.ini") -> Ended:
    return run("pserve", ini(folder, {section: changes}, sample), environment=SECRETS)


def refused(line: str) -> Ended:
    return Ended(1, [], [line])


def test_the_faults_of_all_sections_are_told_at_once_and_nothing_else(tmp_path: Path) -> None:
    wrong = {
        "app:main": {"color": "red", "api.page_limit": "0"},
        "filter:identity": {"user_id": "", "shoe_size": "42"},
        "server:main": {"threads": "many", "tracks": "2"},
    }
    assert run("pserve", ini(tmp_path, wrong)) == Ended(
        1,
        [],
        [
            "[app:main] color: unknown key",
            "[app:main] api.page_limit: '0' is not a whole number from 1 to 1000",
            "[filter:identity] shoe_size: unknown key",
            "[filter:identity] user_id: required",
            "[server:main] threads: invalid literal for int() with base 10: 'many'",
            "[server:main] tracks: unknown key",
        ],
    )


@pytest.mark.parametrize("listen", ["0.0.0.0:8072", "*:8072", "[::]:8072", "127.0.0.1:8072 192.0.2.1:8072"])
def test_the_development_identity_refuses_to_start_off_loopback(tmp_path: Path, listen: str) -> None:
    # The port of `ini` goes last, so this is written by hand.
    file = ini(tmp_path)
    file.write_text(file.read_text().replace("listen = 127.0.0.1:", f"listen = {listen}\nident = "))
    assert run("pserve", file) == refused(
        "[server:main] listen: with the development identity it must be a loopback address"
    )


def test_the_application_wants_an_identity_filter(tmp_path: Path) -> None:
    assert pserve(tmp_path, "app:main", {"filter-with": ""}).status == 1


@pytest.mark.parametrize(
    ("url", "wrong"),
    [
        ("postgresql+psycopg://db/events?color=red", 'invalid connection option "color"'),
        ("mysql+pymysql://db/events?color=red", "got an unexpected keyword argument 'color'"),
        ("mariadb+pymysql://db/events?read_timeout=long", "invalid literal for int() with base 10: 'long'"),
        ("mysql+pymysql://db/events?init_command=SELECT+1", "init_command must begin with SET"),
        ("mysql+pymysql://db/events?ssl_ca=/nowhere/ca.pem", "/nowhere/ca.pem: No such file or directory"),
    ],
)
def test_an_option_that_the_databases_driver_refuses_is_one_line(tmp_path: Path, url: str, wrong: str) -> None:
    assert pserve(tmp_path, "app:main", {"sqlalchemy.url": url}) == refused(f"[app:main] sqlalchemy.url: {wrong}")


@pytest.mark.parametrize("words", ["alembic -c {} upgrade head", "monasca-events republish {}"])
def test_so_it_is_to_who_makes_the_schema_and_who_looks_after_the_service(tmp_path: Path, words: str) -> None:
    file = ini(tmp_path, {"app:main": {"sqlalchemy.url": "mysql+pymysql://db/events?ssl_ca=/nowhere/ca.pem"}})
    assert run(*words.format(file).split()) == refused(
        "[app:main] sqlalchemy.url: /nowhere/ca.pem: No such file or directory"
    )


def test_an_option_that_it_takes_is_no_fault(tmp_path: Path) -> None:
    url = "postgresql+psycopg://db/events?sslmode=require&host=one:5432&host=two:5432&prepare_threshold=0"
    file = ini(tmp_path, {"app:main": {"sqlalchemy.url": url}, "server:main": {"workers": "0"}})
    assert run("pserve", file) == refused("[server:main] workers: '0' is not a whole number from 1 to 256")


def test_a_filter_without_a_section_is_one_line(tmp_path: Path) -> None:
    ended = pserve(tmp_path, "app:main", {"filter-with": "nobody"})
    assert (ended.status, len(ended.errors)) == (1, 1)
    assert ended.errors[0].startswith("[app:main] filter-with: No section 'nobody'")


@pytest.mark.parametrize(
    ("use", "wrong"),
    [
        ("egg:nothere#identity", "No package metadata was found for nothere"),
        ("egg:monasca-events-api#nobody", "Entry point 'nobody' not found in egg 'monasca-events-api'"),
    ],
)
def test_a_filter_that_nobody_has_is_one_line(tmp_path: Path, use: str, wrong: str) -> None:
    ended = pserve(tmp_path, "filter:identity", {"use": use})
    assert (ended.status, len(ended.errors)) == (1, 1)
    assert ended.errors[0].startswith(f"[filter:identity] use: {wrong}")


@pytest.mark.parametrize(
    ("key", "value", "line"),
    [
        ("admin_user", "monasca", "admin_user: unknown key"),
        ("auth_url", "", "auth_url: required"),
        ("auth_url", "env:NOT_SET", "auth_url: the environment variable NOT_SET is not set"),
        ("auth_type", "", "auth_type: required"),
        ("auth_type", "magic", "auth_type: The plugin magic could not be found"),
        ("cafile", "/nowhere/ca.pem", "cafile: /nowhere/ca.pem: No such file or directory"),
        ("password", "env:NOT_SET", "password: the environment variable NOT_SET is not set"),
        ("token_cache_time", "soon", "token_cache_time: invalid literal for int() with base 10: 'soon'"),
        ("http_connect_timeout", "0", "http_connect_timeout: must be at least 1"),
        ("insecure", "perhaps", "insecure: Unexpected boolean value 'perhaps'"),
        ("service_type", "events", "service_type: needs include_service_catalog = true"),
    ],
)
def test_a_wrong_setting_for_keystone_is_one_line(tmp_path: Path, key: str, value: str, line: str) -> None:
    ended = pserve(tmp_path, "filter:authtoken", {key: value}, "production.ini")
    assert ended == refused(f"[filter:authtoken] {line}")


def test_a_key_for_keystone_that_needs_a_passphrase_is_one_line(tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    key.write_text("-----BEGIN ENCRYPTED PRIVATE KEY-----\n", encoding="utf-8")
    ended = pserve(tmp_path, "filter:authtoken", {"keyfile": str(key)}, "production.ini")
    assert ended == refused(f"[filter:authtoken] keyfile: {key}: its key needs a passphrase")


def test_a_library_that_a_memcached_needs_and_is_not_there_is_one_line(tmp_path: Path) -> None:
    missing = "raise ModuleNotFoundError(\"No module named 'memcache'\", name='memcache')"
    (tmp_path / "memcache.py").write_text(missing, encoding="utf-8")
    file = ini(tmp_path, {"filter:authtoken": {"memcached_servers": "localhost:11211"}}, "production.ini")
    line = "memcached_servers: No module named 'memcache': pip install 'monasca-events-api[memcached]'"
    ended = run("pserve", file, environment={**SECRETS, "PYTHONPATH": str(tmp_path)})
    assert (ended.status, ended.errors[-1]) == (1, f"[filter:authtoken] {line}")


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"workers": "0"}, "workers: '0' is not a whole number from 1 to 256"),
        ({"max_request_body_size": "1000"}, "max_request_body_size: must be larger than api.max_body_bytes"),
        ({"threads": "8"}, "threads: must be more than kafka.max_waiting_requests"),
        ({"connection_limit": "0"}, "connection_limit: must be at least 1"),
        ({"channel_timeout": "0"}, "channel_timeout: must be at least 1"),
        ({"recv_bytes": "0"}, "recv_bytes: must be at least 1"),
        ({"max_request_header_size": "0"}, "max_request_header_size: must be at least 1"),
        ({"unix_socket": "api.sock"}, "unix_socket: this server listens on HOST:PORT only"),
        ({"unix_socket": ""}, "unix_socket: this server listens on HOST:PORT only"),
        ({"unix_socket_perms": "660"}, "unix_socket_perms: this server listens on HOST:PORT only"),
        ({"sockets": "3"}, "sockets: this server listens on HOST:PORT only"),
    ],
)
def test_a_server_that_does_not_fit_the_application_is_one_line(
    tmp_path: Path, changes: dict[str, str], line: str
) -> None:
    assert pserve(tmp_path, "server:main", changes, "production.ini") == refused(f"[server:main] {line}")


@pytest.mark.parametrize("listening", ["listen = 127.0.0.1:65536", "listen = [::1]:65536", "host = ::1\nport = 65536"])
def test_a_number_that_is_no_port_is_one_line(tmp_path: Path, listening: str) -> None:
    file = ini(tmp_path)
    file.write_text(file.read_text().replace("listen = 127.0.0.1:", f"{listening}\nident = "))
    ended = run("pserve", file)
    assert (ended.status, len(ended.errors)) == (1, 1)
    assert ended.errors[0].endswith("65536' has no port up to 65535")


def test_a_server_that_listens_nowhere_is_one_line(tmp_path: Path) -> None:
    file = ini(tmp_path, sample="production.ini")
    file.write_text(file.read_text().replace("listen = 127.0.0.1:", "listen =\nident = "))
    assert run("pserve", file, environment=SECRETS) == refused("[server:main] listen: names no HOST:PORT")


@pytest.mark.parametrize("number", ["0", "-1"])
def test_a_server_without_threads_is_one_line(tmp_path: Path, number: str) -> None:
    ended = pserve(tmp_path, "server:main", {"threads": number}, "development.ini")
    assert ended == refused("[server:main] threads: must be at least 1")


def test_a_port_that_is_taken_is_one_line(tmp_path: Path) -> None:
    file = ini(tmp_path)
    with socket.socket() as other:
        other.bind((LOOPBACK, 0))
        other.listen()
        port = other.getsockname()[1]
        file.write_text(file.read_text().replace("listen = 127.0.0.1:", f"listen = 127.0.0.1:{port}\nident = "))
        assert run("pserve", file) == refused(f"[server:main] listen: {LOOPBACK}:{port}: Address already in use")


def test_secrets_are_not_printed(tmp_path: Path) -> None:
    changes = {"filter:authtoken": {"password": "secret-3", "color": "red"}}
    ended = run("pserve", ini(tmp_path, changes, "production.ini"), environment=SECRETS)
    assert [line for line in ended.errors if "secret-" in line] == []


@pytest.mark.parametrize("section", ["app:main", "filter:authtoken"])
def test_a_percent_sign_that_is_not_doubled_is_told_without_the_secret(tmp_path: Path, section: str) -> None:
    file = ini(tmp_path, {}, "production.ini")
    file.write_text(file.read_text().replace(f"[{section}]\n", f"[{section}]\ninsecure = secret-%1\n"))
    words = f"{file} is no ini file: [{section}] insecure: a % in a value is written %%, unless it begins a %(key)s"
    for command in (["monasca-events", "check"], ["pserve"]):
        ended = run(*command, file, environment=SECRETS)
        assert [line.removeprefix("Error: ") for line in ended.errors] == [words]


def test_alembic_shows_no_secret_with_a_percent_sign(tmp_path: Path) -> None:
    file = ini(tmp_path)
    file.write_text(file.read_text().replace("[app:main]\n", "[app:main]\nregion = secret-%1\n"))
    ended = run("alembic", "-c", file, "upgrade", "head")
    assert ended.status == 1
    assert [line for line in ended.output + ended.errors if "secret-" in line] == []


def test_alembic_says_what_is_wrong_in_the_same_words(tmp_path: Path) -> None:
    file = ini(tmp_path, {"app:main": {"api.page_limit": "0"}})
    assert run("alembic", "-c", file, "upgrade", "head") == refused(
        "[app:main] api.page_limit: '0' is not a whole number from 1 to 1000"
    )
