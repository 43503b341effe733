"""What a browser is called, so that its owner knows it again."""

from flask_babel import gettext

BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
"""What stands in a browser's own description, and its name: most also claim to be those further down."""
DEVICES = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def browser_name(description: str) -> str:
    """Name the browser that describes itself so, and what it runs on."""
    browser = next((name for sign, name in BROWSERS if sign in description), "")
    device = next((name for sign, name in DEVICES if sign in description), "")
    if browser and device:
        return str(gettext("%(browser)s on %(device)s", browser=browser, device=device))
    return browser or device or description or str(gettext("A browser that does not say what it is"))
