"""How Sphinx builds the manual: ``make docs``."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

project = "Monasca Events API"
project_copyright = "OpenStack Foundation, Apache License 2.0"
extensions = ["settings_directive"]
exclude_patterns = ["_build", "requirements.txt"]
nitpicky = True
highlight_language = "text"

html_theme = "furo"
html_title = "Monasca Events API"
html_copy_source = False
html_show_sphinx = False
