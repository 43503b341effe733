"""The countries that a writer may live in."""

import phonenumbers

COUNTRIES: frozenset[str] = frozenset(phonenumbers.SUPPORTED_REGIONS)
"""Two capital letters each (ISO 3166-1): those that have telephones, so that a number can be read."""
