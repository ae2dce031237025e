"""What an error of the service means to an operator, who may see more than a client."""

from monasca_events_api.errors import ServiceError


def explain(error: ServiceError) -> str:
    """Return *error* as one line, with the driver's own words where there are any."""
    cause = " ".join(str(error.__cause__ or "").split())
    return f"{error} ({cause})" if cause and cause not in str(error) else str(error)
