"""Text cleaning: NFC, LF line ends, no control characters or surrogates; one-line texts lose extra spaces."""

import re

from webapp.rules.words import compose

_LINE_BREAKS = re.compile("[\r\x0b\x0c\x85\u2028\u2029]")


_SPACING_CONTROLS = re.compile("[\x1c-\x1f]")


_CONTROLS = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")


_SURROGATES = re.compile("[\ud800-\udfff]")


_NEEDS_CLEANING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def clean_text(typed: str) -> str:
    """Return ``typed`` as it is checked and stored: NFC, LF line ends, no control characters, trimmed.

    Tabs, white space within the text and invisible characters, such as zero-width spaces, are kept. The
    control characters U+001C-1F become spaces. A surrogate, which UTF-8 can't encode, becomes U+FFFD, as it
    does in a browser. The word count of a text without control characters doesn't change.
    """
    text = typed.replace("\r\n", "\n")
    # Nearly every text has none of these: one search is cheaper than four substitutions.
    if _NEEDS_CLEANING.search(text):
        text = _LINE_BREAKS.sub("\n", text)
        text = _SPACING_CONTROLS.sub(" ", text)
        text = _CONTROLS.sub("", text)
        text = _SURROGATES.sub("\ufffd", text)
    return compose(text).strip()


def clean_line(typed: str) -> str:
    """Return ``typed`` as by `clean_text`, with each run of white space, line ends too, as a single space."""
    return " ".join(clean_text(typed).split())


def has_control_characters(typed: str) -> bool:
    """Return whether ``typed`` contains control characters other than tab and line ends.

    Line ends are LF, VT, FF, CR and U+0085 (NEL), which `clean_text` makes LF.
    """
    return bool(_CONTROLS.search(typed) or _SPACING_CONTROLS.search(typed))
