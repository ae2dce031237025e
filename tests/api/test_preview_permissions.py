"""Who may preview (contract 1.1 and 1.6)."""

from collections.abc import Callable
from typing import Any

import pytest

from api.examples import unique
from api.previewing import STREAM_PREVIEW, TRANSFORM_PREVIEW, stream_preview, transform_preview
from api.running_service import Tenant

PREVIEWS = [
    pytest.param(TRANSFORM_PREVIEW, transform_preview(), id="transform"),
    pytest.param(STREAM_PREVIEW, stream_preview(), id="stream definition"),
]


@pytest.mark.parametrize(("path", "body"), PREVIEWS)
def test_a_user_with_full_access_may(with_roles: Callable[[str], Tenant], path: str, body: Any) -> None:
    assert with_roles("monasca-user").post_json(path, body).status_code == 200


@pytest.mark.parametrize(("path", "body"), PREVIEWS)
def test_an_agent_may_not(with_roles: Callable[[str], Tenant], path: str, body: Any) -> None:
    assert with_roles("monasca-agent").post_json(path, body).status_code == 403


@pytest.mark.parametrize(("path", "body"), PREVIEWS)
def test_for_another_tenant_only_a_delegate_may(with_roles: Callable[[str], Tenant], path: str, body: Any) -> None:
    for_another = f"{path}?tenant_id={unique('tenant')}"
    assert with_roles("monasca-user").post_json(for_another, body).status_code == 403
    assert with_roles("admin").post_json(for_another, body).status_code == 200
