"""How a record gets from the host's app to the accounting system, and back."""
