"""The fixture of a writer who has sent a letter, which the tests of the reader's pages use too."""

from tests.reader.conftest import writer_on_both

__all__ = ["writer_on_both"]
