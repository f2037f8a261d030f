"""The suite that "write a storage" shows, collected and run as its reader would."""

from tests.docs import pages

TestSealedTokens = pages.run(pages.DOCS / "how-to" / "write-a-storage.md")["TestSealedTokens"]
