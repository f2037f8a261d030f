"""Checkboxes that are a pair of texts on one side and true or false on the other."""

from linksync.mapping.sources import Converter


def checkbox(yes: str = "Yes", no: str = "No") -> Converter[bool, str]:
    """Return the converter between a local true or false and one of two remote texts.

    Args:
        yes: The text for true.
        no: The text for false.

    Raises:
        ValueError: The two are the same.
    """
    if yes == no:
        raise ValueError(f"yes and no are both {yes!r}; make them differ")

    def text(is_ticked: object) -> str:
        if not isinstance(is_ticked, bool):
            raise TypeError(f"must be True or False, got {is_ticked!r}")
        return yes if is_ticked else no

    def is_ticked(text: str) -> bool:
        if text not in (yes, no):
            raise ValueError(f"must be {yes!r} or {no!r}, got {text!r}")
        return text == yes

    return Converter(text, is_ticked)


def checkbox_text(yes: str = "Yes", no: str = "No") -> Converter[str, bool]:
    """Return the converter between one of two local texts and a remote true or false.

    Args:
        yes: The text for true.
        no: The text for false.

    Raises:
        ValueError: The two are the same.
    """
    return checkbox(yes, no).inverse()
