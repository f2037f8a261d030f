"""How the pages are built: `make docs`."""

import sys
from importlib.metadata import version as version_of
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_extensions"))

project = "linksync"
author = "The linksync authors"
project_copyright = "The linksync authors"
version = release = version_of("linksync")

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "markdown_docstrings",
    "sphinx.ext.napoleon",
    "generated_tables",
    "plain_signatures",
]
exclude_patterns = ["_build", "_extensions"]
highlight_language = "python"

html_theme = "furo"
html_title = "linksync"
html_static_path = ["_static"]
html_css_files = ["pages.css"]
html_copy_source = False
html_show_sphinx = False

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_member_order = "bysource"
autodoc_default_options = {"members": True}
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 80

napoleon_numpy_docstring = False
napoleon_use_ivar = True
napoleon_use_rtype = False
napoleon_attr_annotations = False  # the signature has them
napoleon_custom_sections = [("Class arguments", "params_style")]

# In docstrings `x` is code, as in Markdown.
default_role = "code"

nitpicky = True
nitpick_ignore_regex = [
    # Python's own: its inventory is on the network, and these pages are built without.
    (
        r"py:.*",
        r"(collections\.abc|contextlib|datetime|decimal|enum|pathlib|random|sqlite3|threading|types)\..*",
    ),
    # SQLAlchemy's: its inventory is on the network, too.
    (r"py:.*", r"sqlalchemy\..*"),
    # The same, named without their module in the aliases that stand for JSON and for values to write.
    (r"py:class", r"(Decimal|date|datetime)"),
    # Type variables have no page.
    (r"py:.*", r"linksync\..*\.([A-Z]\w*)?T(_co|_contra)?"),
    (r"py:.*", r"linksync\..*\.[KR]_co"),
]
nitpick_ignore = [
    # Private, and named by a public signature only because the connector puts it there itself.
    ("py:class", "linksync.connectors.quickbooks.client.CompanyClient"),
    ("py:class", "linksync.connectors.quickbooks.entities.Entity"),
    # Private: what a mapping class has made of itself.
    ("py:class", "linksync.mapping.declaration.EntityDeclaration"),
    # Private: what a request of the simulator asks for; scripts name it by plain text.
    ("py:class", "linksync.testing.quickbooks.exchange.Route"),
    # Werkzeug's, behind `RunningServer`; its inventory is on the network.
    ("py:class", "werkzeug.serving.BaseWSGIServer"),
]
