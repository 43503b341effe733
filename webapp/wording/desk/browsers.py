"""Browser and device names from a User-Agent header, for the list of a person's sign-ins."""

from flask_babel import gettext

BROWSER_TOKENS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
"""A token of the User-Agent header, and the browser's name. The order matters: most browsers also send the
tokens of those further down."""

DEVICE_TOKENS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
"""A token of the User-Agent header, and the name of the device or operating system; the first that matches
counts."""


def browser_name(user_agent: str) -> str:
    """Return browser and device, such as “Firefox on Windows”, or the one of them that is known.

    An unknown User-Agent is returned as it is; for an empty one there is a sentence.
    """
    browser = next((name for token, name in BROWSER_TOKENS if token in user_agent), "")
    device = next((name for token, name in DEVICE_TOKENS if token in user_agent), "")
    if browser and device:
        return str(gettext("%(browser)s on %(device)s", browser=browser, device=device))
    return browser or device or user_agent or str(gettext("A browser that does not say what it is"))
