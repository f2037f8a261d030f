"""The suites that "write a storage" shows, collected and run as its reader would."""

from tests.docs import pages

_shown = pages.run(pages.DOCS / "how-to" / "write-a-storage.md")

TestSealedTokens = _shown["TestSealedTokens"]
TestSealedStorage = _shown["TestSealedStorage"]
