"""The front door of the connector."""

import types

from linksync.connectors import quickbooks


def test_what_is_exported_is_what_is_visible():
    """Nothing public slips in unannounced; the modules beneath are private."""
    visible = {
        name
        for name, value in vars(quickbooks).items()
        if not name.startswith("_") and (name == "fields" or not isinstance(value, types.ModuleType))
    }

    assert visible == set(quickbooks.__all__)
