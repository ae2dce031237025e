"""``.. settings-table::`` in a page of the manual: the table of all settings."""

from typing import Any, ClassVar

from docutils.nodes import Node
from settings_table import SAMPLE, table
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from monasca_events_api import settings


class SettingsTable(SphinxDirective):
    """The table, made anew when one of its sources has changed."""

    option_spec: ClassVar[dict[str, Any]] = {}

    def run(self) -> list[Node]:
        """Return the table."""
        for source in (SAMPLE, settings.__file__):
            self.env.note_dependency(str(source))
        return self.parse_text_to_nodes(table())


def setup(app: Sphinx) -> dict[str, Any]:
    """Tell Sphinx about it."""
    app.add_directive("settings-table", SettingsTable)
    return {"parallel_read_safe": True}
