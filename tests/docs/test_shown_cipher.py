"""The cipher that "encrypt what is kept" shows, held to the suite as its reader would."""

from contextlib import chdir
from tempfile import TemporaryDirectory

from tests.docs import pages

with TemporaryDirectory() as folder, chdir(folder):
    TestWrapped = pages.run(pages.DOCS / "how-to" / "encrypt-what-is-kept.md")["TestWrapped"]
