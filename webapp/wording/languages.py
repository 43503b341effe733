"""The languages that forms, pages and messages exist in, and which of them serves a language tag."""

ENGLISH = "en"
TRADITIONAL_CHINESE = "zh_Hant"

LANGUAGES = {ENGLISH: "English", TRADITIONAL_CHINESE: "繁體中文"}
"""The languages of the user interface, by locale, each with its name in itself."""

BROWSER_LANGUAGES = {
    "en": ENGLISH,
    "zh-hant": TRADITIONAL_CHINESE,
    "zh-tw": TRADITIONAL_CHINESE,
    "zh-hk": TRADITIONAL_CHINESE,
    "zh-mo": TRADITIONAL_CHINESE,
    "zh": TRADITIONAL_CHINESE,
}
"""Language tags of browsers and policies, lower case, and their locales; Simplified Chinese has none."""


def language_of_tag(tag: str) -> str | None:
    """Return the locale, of `LANGUAGES`, that serves a language tag (BCP 47); ``None`` if none does.

    The tag's last parts are removed until one is known (RFC 4647, lookup): for “en-AU” it is English, for
    “zh-HK” Traditional Chinese. Upper case, and underscores in place of hyphens, don't matter.
    """
    parts = tag.lower().replace("_", "-").split("-")
    # en-AU falls back to en. zh-CN must not fall back to zh, which here means traditional characters.
    shortest = 2 if parts[0] == "zh" and len(parts) > 1 else 1
    names = ("-".join(parts[:length]) for length in range(len(parts), shortest - 1, -1))
    return next((BROWSER_LANGUAGES[name] for name in names if name in BROWSER_LANGUAGES), None)
