"""What the service's answers say (contract 1.7)."""

import json
from http import HTTPStatus
from typing import Any, NoReturn

from requests import Response

from monasca_events_api.client.problems import NotAllowed, Refused, RefusedField, Unreachable

HOW_TO_LOG_IN = "the token is read from OS_TOKEN or --token-file, a login from OS_AUTH_URL and what goes with it"


def value_of(answer: Response) -> Any:
    """Return the JSON object of a good answer. Raises Unreachable when it has none."""
    value = _object(answer)
    if value is None:
        raise Unreachable(f"{_plain_url(answer)} is no Monasca Events API: its answer is not JSON")
    return value


def check_answer(answer: Response) -> None:
    """Raise what an answer says that is no success: Unreachable, NotAllowed or Refused."""
    if answer.ok and not answer.is_redirect:
        return
    error = _object(answer)
    if error is None or "description" not in error:
        _not_ours(answer)
    description = str(error["description"])
    if answer.status_code == HTTPStatus.UNAUTHORIZED:
        raise NotAllowed(f"{description} (401): {HOW_TO_LOG_IN}")
    if answer.status_code == HTTPStatus.FORBIDDEN:
        raise NotAllowed(f"{description} (403)")
    if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise Unreachable(f"{description} ({answer.status_code}, {error.get('request_id', 'no request id')})")
    fields = [RefusedField(str(each["name"]), str(each["description"])) for each in error.get("errors", ())]
    raise Refused(answer.status_code, description, fields)


def _object(answer: Response) -> dict[str, Any] | None:
    try:
        value = json.loads(answer.content)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _not_ours(answer: Response) -> NoReturn:
    if answer.is_redirect:
        raise Unreachable(f"{_plain_url(answer)} leads to {answer.headers['Location']}: give that as the URL")
    if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise Unreachable(f"{_plain_url(answer)} answers {answer.status_code} {answer.reason}")
    raise Unreachable(f"{_plain_url(answer)} is no Monasca Events API: it answers {answer.status_code} {answer.reason}")


def _plain_url(answer: Response) -> str:
    return answer.url.partition("?")[0]
