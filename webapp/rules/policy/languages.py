"""Language tags in policies: whether one names a language that there is."""

import re

from babel import Locale

_TAG = re.compile(
    r"(?P<language>[a-z]{2,3})(?:_(?P<script>[a-z]{4}))?(?:_(?P<territory>[a-z]{2}|[0-9]{3}))?", re.IGNORECASE
)


def is_known_language(tag: str) -> bool:
    """Return whether a tag such as ``en``, ``zh_Hant`` or ``pt_BR``, with underscores, names a language.

    Language, script and territory, the latter two optional, have to be among those that Unicode's CLDR names.
    """
    match = _TAG.fullmatch(tag)
    if match is None:
        return False
    names = Locale("en")
    script, territory = match["script"] or "", match["territory"] or ""
    return (
        match["language"].lower() in names.languages
        and (not script or script.title() in names.scripts)
        and (not territory or territory.upper() in names.territories)
    )
