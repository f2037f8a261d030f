"""Docstrings in which code blocks are fenced as in Markdown, read by autodoc."""

import importlib
import inspect
import re
from collections.abc import Iterator

from attrs import define, field
from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.ext.napoleon import GoogleDocstring
from sphinx.util.docutils import SphinxDirective

_FENCE = re.compile(r"^(\s*)```(\w*)\s*$")


def unfence(lines: list[str]) -> Iterator[str]:
    """Yield *lines* with each fenced block as a directive of reStructuredText."""
    within: str | None = None
    for line in lines:
        fence = _FENCE.match(line)
        if fence is None:
            yield line if within is None else f"   {line}"
        elif within is None:
            within = fence[1]
            yield from ("", f"{within}.. code-block:: {fence[2] or 'text'}", "")
        else:
            within = None
            yield ""


# Napoleon takes a colon in the first sentence of an attribute for the end of its type, and knows no sections there.
_ATTRIBUTES = ("attribute", "data", "property")


@define
class _Docstrings:
    """Docstrings on their way through napoleon.

    Attributes:
        attributes: What the docstrings of attributes are to become, by full name.
    """

    attributes: dict[str, list[str]] = field(factory=dict[str, list[str]])

    def before(
        self, app: Sphinx, what: str, name: str, described: object, _options: object, lines: list[str]
    ) -> None:
        """Turn fences into directives; read the docstring of an attribute as that of a method is read."""
        lines[:] = list(unfence(lines))
        if what in _ATTRIBUTES:
            self.attributes[name] = GoogleDocstring(lines, app.config, app, "method", name, described).lines()

    def after(
        self, _app: Sphinx, what: str, name: str, _described: object, _options: object, lines: list[str]
    ) -> None:
        """Put back what napoleon has misread."""
        if what in _ATTRIBUTES:
            lines[:] = self.attributes.pop(name)


class Docstring(SphinxDirective):
    """The docstring of a module, as the Markdown that it is; without its first sentence where told so."""

    required_arguments = 1
    option_spec = {"body": lambda _: True}  # noqa: RUF012 - docutils' own way

    def run(self) -> list[nodes.Node]:
        """Return the parsed docstring."""
        module = importlib.import_module(self.arguments[0])
        self.env.note_dependency(inspect.getfile(module))
        text = inspect.getdoc(module) or ""
        if "body" in self.options:
            text = text.partition("\n\n")[2]
        found = nodes.Element()
        self.state.nested_parse(StringList(text.splitlines(), source=self.arguments[0]), 0, found)
        return found.children


def setup(app: Sphinx) -> dict[str, bool]:
    """Look at docstrings before and after napoleon does."""
    docstrings = _Docstrings()
    app.connect("autodoc-process-docstring", docstrings.before, priority=100)
    app.connect("autodoc-process-docstring", docstrings.after, priority=900)
    app.add_directive("docstring", Docstring)
    return {"parallel_read_safe": True}
