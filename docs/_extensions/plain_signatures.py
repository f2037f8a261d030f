"""Signatures as their authors wrote them: aliases by their name, and a default that is made anew as an ellipsis."""

from sphinx.application import Sphinx

from linksync.exactjson import Json
from linksync.records import WriteValue

_PLAIN = {
    str(WriteValue).strip("'\""): "WriteValue",
    str(Json).strip("'\""): "Json",
    "= NOTHING": "= ...",
}
"""What autodoc writes, and what it stands for."""


def _plain(text: str | None) -> str | None:
    for written, meant in _PLAIN.items():
        text = text and text.replace(written, meant)
    return text


def _process(
    _app: Sphinx,
    _what: str,
    _name: str,
    _described: object,
    _options: object,
    signature: str | None,
    returns: str | None,
) -> tuple[str | None, str | None]:
    return _plain(signature), _plain(returns)


def setup(app: Sphinx) -> dict[str, bool]:
    """Look at every signature that autodoc has made."""
    app.connect("autodoc-process-signature", _process)
    return {"parallel_read_safe": True}
