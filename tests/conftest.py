"""What all tests have at hand."""

pytest_plugins = ["tests.servers"]
