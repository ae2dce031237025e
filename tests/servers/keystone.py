"""A real Keystone on loopback, with the accounts of `keystone_accounts`."""

import shutil
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from .certificates import Certificate, CertificateAuthority
from .keystone_accounts import ACCOUNTS, PROJECTS, ROLES
from .keystone_client import KeystoneClient, by_password, project_scope
from .keystone_distribution import ADMIN_PASSWORD, configure, initial_state, python
from .ports import LOOPBACK, answers, free_port
from .processes import ServerProcess, wait_until

INTERFACES = ("public", "internal", "admin")


@dataclass(frozen=True)
class HttpsFront:
    """Keystone over HTTPS, with an authority of its own.

    The catalogue leads to it under *region* (``region_name``). *client* is the certificate that a client has
    to show, None when it needs none.
    """

    auth_url: str
    region: str
    ca_file: Path
    client: Certificate | None
    process: ServerProcess


class Keystone:
    """A server with an own database; tokens live *expiration* seconds. Its catalogue's region is `region`."""

    region = "RegionOne"

    def __init__(self, folder: Path, *, expiration: int = 3600) -> None:
        self.folder = folder
        self.port = free_port()
        self.auth_url = f"http://{LOOPBACK}:{self.port}/v3"
        self._expiration = expiration
        self._client = KeystoneClient(self.auth_url)
        self._ids: dict[tuple[str, str], str] = {}
        self._service_id = ""
        self._fronts: list[HttpsFront] = []
        service = Path(__file__).with_name("keystone_service.py")
        self.process = ServerProcess(
            # -P: modules beside that file are named as libraries are.
            [python(), "-P", service, str(self.port)],
            folder=folder,
            log_file=folder / "keystone.log",
            environment=configure(folder, expiration),
        )

    def start(self) -> None:
        """Start the server, for the first time on a new database, and wait until it answers."""
        first = not (self.folder / "keystone.db").exists()
        if first:
            shutil.copytree(initial_state(), self.folder, dirs_exist_ok=True)
            configure(self.folder, self._expiration)
        self.process.start()
        self.process.wait_ready(self._client.answers)
        if first:
            self._seed()

    def stop(self) -> None:
        """End the server in an orderly way."""
        self.process.stop()

    def kill(self) -> None:
        """SIGKILL the server."""
        self.process.kill()

    def pause(self) -> None:
        """SIGSTOP the server: connections stay open, nothing answers."""
        self.process.pause()

    def resume(self) -> None:
        """SIGCONT the paused server."""
        self.process.resume()

    def close(self) -> None:
        """SIGKILL the server and its fronts, for good."""
        for front in self._fronts:
            front.process.kill()
        self.kill()
        self._client.close()

    def token(self, user: str = "full", project: str | None = None) -> str:
        """Return a new token of a user of `keystone_accounts`, for *project* (the user's own)."""
        account = ACCOUNTS[user]
        identity = by_password(account.name, account.password)
        return self._client.authenticate(identity, project_scope(project or account.project))[0]

    def unscoped_token(self, user: str = "full") -> str:
        """Return a new token that is for no project."""
        return self._client.authenticate(by_password(user, ACCOUNTS[user].password), "unscoped")[0]

    def short_lived_token(self, user: str, seconds: int) -> str:
        """Return a new token for the user's project that expires after *seconds*."""
        expires_at = datetime.now(UTC) + timedelta(seconds=seconds)
        return self._token_by_credential(user, {"expires_at": expires_at.strftime("%Y-%m-%dT%H:%M:%S.%f")})

    def restricted_token(self, user: str, *rules: dict[str, str]) -> str:
        """Return a new token for the user's project that is good for requests of these access *rules* alone."""
        return self._token_by_credential(user, {"access_rules": list(rules)})

    def expired_token(self, user: str = "full") -> str:
        """Return a token that was good until a moment ago."""
        token = self.short_lived_token(user, 1)
        wait_until(lambda: not self.accepts(token), "the token has expired")
        return token

    def accepts(self, token: str) -> bool:
        """Say whether Keystone takes a token for valid."""
        return self._client.accepts(token, self._admin())

    def revoke(self, token: str) -> None:
        """End a token's validity."""
        self._client.revoke(token, self._admin())

    def project_id(self, name: str = "test") -> str:
        """Return a project's id: a tenant's id."""
        return self._ids["project", name]

    def user_id(self, name: str) -> str:
        """Return a user's id."""
        return self._ids["user", name]

    def https_front(self, *, client_certificate: bool = False) -> HttpsFront:
        """Start a TLS front and announce it in the catalogue; on demand it asks for a certificate."""
        port = free_port()
        authority = CertificateAuthority(self.folder / f"front-{port}")
        client = authority.client("monasca-events-api") if client_certificate else None
        bundle = authority.server().bundle
        arguments = [str(port), str(self.port), str(bundle), *([str(authority.file)] if client else [])]
        process = ServerProcess(
            [sys.executable, "-P", Path(__file__).with_name("tls_front.py"), *arguments],
            folder=self.folder,
            log_file=self.folder / f"front-{port}.log",
        )
        process.start()
        process.wait_ready(lambda: answers(port))
        front = HttpsFront(f"https://{LOOPBACK}:{port}/v3", f"https-{port}", authority.file, client, process)
        self._fronts.append(front)
        self._announce(front.auth_url, front.region, self._admin())
        return front

    def _token_by_credential(self, user: str, fields: dict[str, Any]) -> str:
        """Return the token of a new application credential, which it takes its restrictions from."""
        created = self._client.post(
            f"/users/{self.user_id(user)}/application_credentials",
            self.token(user),
            {"application_credential": {"name": str(uuid4()), **fields}},
        )["application_credential"]
        credential = {"id": created["id"], "secret": created["secret"]}
        identity = {"methods": ["application_credential"], "application_credential": credential}
        return self._client.authenticate(identity)[0]

    def _admin(self) -> str:
        return self._client.authenticate(by_password("admin", ADMIN_PASSWORD), project_scope("admin"))[0]

    def _seed(self) -> None:
        admin = self._admin()
        for role in ROLES:
            self._ensure("role", role, {}, admin)
        for project in PROJECTS:
            self._ensure("project", project, {"domain_id": "default"}, admin)
        for account in ACCOUNTS.values():
            user = self._ensure("user", account.name, {"domain_id": "default", "password": account.password}, admin)
            grants = f"/projects/{self.project_id(account.project)}/users/{user}/roles"
            for role in account.roles:
                self._client.put(f"{grants}/{self._ids['role', role]}", admin)
        service = self._client.post("/services", admin, {"service": {"type": "identity", "name": "keystone"}})
        self._service_id = service["service"]["id"]
        self._announce(self.auth_url, self.region, admin)

    def _ensure(self, kind: str, name: str, fields: dict[str, str], admin: str) -> str:
        found = self._client.find(kind, name, admin)
        if found is None:
            found = str(self._client.post(f"/{kind}s", admin, {kind: fields | {"name": name}})[kind]["id"])
        self._ids[kind, name] = found
        return found

    def _announce(self, url: str, region: str, admin: str) -> None:
        self._client.post("/regions", admin, {"region": {"id": region}})
        for interface in INTERFACES:
            endpoint = {
                "service_id": self._service_id,
                "region_id": region,
                "interface": interface,
                "url": url,
            }
            self._client.post("/endpoints", admin, {"endpoint": endpoint})
