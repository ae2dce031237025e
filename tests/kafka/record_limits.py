"""Services whose topics take small records only."""

from collections.abc import Callable, Iterator

from announcing_service import AnnouncingService

RECORD_BYTES = 20_000


def started(make_service: Callable[..., AnnouncingService], setting: int) -> Iterator[AnnouncingService]:
    """Start a service whose topics take records of RECORD_BYTES while its setting says *setting*."""
    service = make_service(settings={"kafka.max_record_bytes": str(setting)})
    service.create_topics(configs={"max.message.bytes": str(RECORD_BYTES)})
    service.start()
    yield service
