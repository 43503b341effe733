"""Country codes (ISO 3166-1 alpha-2) that a writer's address or a paper may have."""

import phonenumbers

COUNTRIES: frozenset[str] = frozenset(phonenumbers.SUPPORTED_REGIONS)
"""Two capital letters each; the regions that libphonenumber supports, so that local numbers can be parsed.

Some small territories are missing; codes that ISO only reserves or leaves to users (AC, TA, XK) are there.
"""
