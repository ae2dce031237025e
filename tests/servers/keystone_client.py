"""The few requests of Keystone's API that the tests make."""

from typing import Any

import httpx

from .errors import ServerError

DEFAULT_DOMAIN = {"id": "default"}
Body = dict[str, Any]


class KeystoneClient:
    """Requests to the Keystone at *auth_url* (``.../v3``), as whom a token says."""

    def __init__(self, auth_url: str) -> None:
        self._http = httpx.Client(base_url=auth_url, timeout=30, trust_env=False)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def answers(self) -> bool:
        """Say whether Keystone answers."""
        try:
            return self._http.get("").status_code == 200
        except httpx.TransportError:
            return False

    def authenticate(self, identity: Body, scope: Body | str | None = None) -> tuple[str, Body]:
        """Return a new token and its description."""
        auth: Body = {"identity": identity} | ({} if scope is None else {"scope": scope})
        answer = self._request("POST", "/auth/tokens", None, {"auth": auth})
        return answer.headers["X-Subject-Token"], answer.json()["token"]

    def post(self, path: str, token: str, body: Body) -> Any:
        """Create something and return it."""
        return self._request("POST", path, token, body).json()

    def put(self, path: str, token: str) -> None:
        """Put something where it belongs."""
        self._request("PUT", path, token)

    def find(self, kind: str, name: str, token: str) -> str | None:
        """Return the id of a role, user or project by its name."""
        found = self._request("GET", f"/{kind}s?name={name}", token).json()[f"{kind}s"]
        return str(found[0]["id"]) if found else None

    def accepts(self, subject: str, token: str) -> bool:
        """Say whether *subject* is a valid token."""
        headers = {"X-Auth-Token": token, "X-Subject-Token": subject}
        return self._http.get("/auth/tokens", headers=headers).status_code == 200

    def revoke(self, subject: str, token: str) -> None:
        """End the validity of the token *subject*."""
        self._request("DELETE", "/auth/tokens", token, subject=subject)

    def _request(
        self, method: str, path: str, token: str | None, body: Body | None = None, subject: str | None = None
    ) -> httpx.Response:
        named = {"X-Auth-Token": token, "X-Subject-Token": subject}
        headers = {name: value for name, value in named.items() if value is not None}
        answer = self._http.request(method, path, json=body, headers=headers)
        if answer.is_error:
            raise ServerError(f"Keystone: {method} {path}: {answer.status_code} {answer.text[:500]}")
        return answer


def by_password(name: str, password: str) -> Body:
    """Return the identity of a user of the default domain."""
    user = {"name": name, "domain": DEFAULT_DOMAIN, "password": password}
    return {"methods": ["password"], "password": {"user": user}}


def project_scope(name: str) -> Body:
    """Return the scope of a project of the default domain."""
    return {"project": {"name": name, "domain": DEFAULT_DOMAIN}}
