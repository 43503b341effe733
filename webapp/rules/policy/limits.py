"""Limits of the values in a policy file: the largest numbers, the longest texts, and the form of a slug."""

import re

MAX_WORD_LIMIT = 5000
"""Words; no paper prints a longer letter, so a higher limit is a typing mistake."""
MAX_CHARACTER_LIMIT = 40_000
"""Characters; the longest text that is stored, whatever a paper's limit."""
MAX_LINE_LIMIT = 1000
"""Lines."""
MAX_LINE_LENGTH = 200
"""Characters."""
MAX_DAYS = 3660
"""Ten years."""
MAX_MONTHS = 120
"""Ten years."""
MAX_HOURS = 24 * 30
"""30 days."""
MAX_MINUTES = 24 * 60
"""A day."""
MAX_COUNT = 100
"""Letters of a frequency rule, signatures, or people and businesses thanked."""
MAX_DECLINE_TEXT_LENGTH = 2000
"""Characters."""
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
"""Of a paper and of a category."""
