"""The two kinds of definition, and in what they differ below the door."""

from collections.abc import Callable
from dataclasses import dataclass

from monasca_events_api.domain import announcements
from monasca_events_api.domain.announcements import Announcement, Fields
from monasca_events_api.settings import Settings
from monasca_events_api.storage.definition_pages import STREAM_DEFINITION_PAGES, TRANSFORM_PAGES, DefinitionPages
from monasca_events_api.storage.definitions import STREAM_DEFINITIONS, TRANSFORMS, Definitions, StoredDefinition


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of definition.

    *noun* is how errors call it; *columns* are the fields that have a column of their own; *quota* is
    how many of it a tenant may have; *topic* is where its changes are announced; *most_bytes* is how
    long the value of an announcement may be.
    """

    noun: str
    definitions: Definitions
    pages: DefinitionPages
    columns: tuple[str, ...]
    quota: int
    topic: str
    most_bytes: float
    created: Callable[[StoredDefinition, Fields], Announcement]
    updated: Callable[[StoredDefinition, StoredDefinition, Fields], Announcement]
    deleted: Callable[[StoredDefinition], Announcement]


@dataclass(frozen=True, kw_only=True)
class Kinds:
    """Both kinds, as the settings have them."""

    stream_definition: Kind
    transform: Kind

    def of(self, announced: str) -> Kind:
        """Return the kind that a header ``type`` is about."""
        return self.transform if announced.startswith(TRANSFORMS.kind) else self.stream_definition


def kinds(settings: Settings) -> Kinds:
    """Return both kinds, as *settings* have them."""
    most_bytes = announcements.most_bytes(settings)
    return Kinds(
        stream_definition=Kind(
            noun="stream definition",
            definitions=STREAM_DEFINITIONS,
            pages=STREAM_DEFINITION_PAGES,
            columns=("name",),
            quota=settings.stream_definition_quota,
            topic=settings.stream_definitions_topic,
            most_bytes=most_bytes,
            created=announcements.stream_definition_created,
            updated=announcements.stream_definition_updated,
            deleted=announcements.stream_definition_deleted,
        ),
        transform=Kind(
            noun="transform",
            definitions=TRANSFORMS,
            pages=TRANSFORM_PAGES,
            columns=("name", "enabled"),
            quota=settings.transform_quota,
            topic=settings.transforms_topic,
            most_bytes=most_bytes,
            created=announcements.transform_created,
            updated=announcements.transform_updated,
            deleted=announcements.transform_deleted,
        ),
    )
