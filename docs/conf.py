"""How Sphinx builds these documents: ``tools/docs``."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent / "extensions"))

project = "heat_mq"
author = "heat_mq developers"
extensions = ["resource_pages"]
exclude_patterns = ["_build", "examples"]
highlight_language = "none"
smartquotes = False
html_theme = "alabaster"
html_theme_options = {"description": "Orchestration for OpenStack", "page_width": "1100px", "sidebar_width": "260px"}
html_show_sourcelink = False
html_show_sphinx = False
