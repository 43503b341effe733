"""A real browser for the tests: the machine's own Chromium, driven by Playwright."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

EXECUTABLE_SETTING = "LETTERSDESK_TEST_CHROMIUM"
REMEDY = "apt-get install chromium"

_COMMANDS = ("chromium", "chromium-browser", "google-chrome")
# Chromium's sandbox needs rights that containers and root do not have; the pages are our own.
_FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")


class BrowserMissing(Exception):  # noqa: N818 - named for what is so, not for what it does
    """No Chromium is here for the tests to drive."""


def chromium_executable() -> Path:
    """Give the Chromium to drive: the one chosen by the environment, else the machine's.

    Raises BrowserMissing where there is none.
    """
    if chosen := os.environ.get(EXECUTABLE_SETTING):
        if os.access(chosen, os.X_OK):
            return Path(chosen)
        raise BrowserMissing(f"{EXECUTABLE_SETTING} is {chosen}, which is not a program")
    for command in _COMMANDS:
        if found := shutil.which(command):
            return Path(found)
    raise BrowserMissing(f"there is no Chromium on this machine: {REMEDY}")


@contextmanager
def running_browser() -> Iterator[Browser]:
    """Run a Chromium without a window for as long as the block lasts."""
    executable = chromium_executable()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=_FLAGS)
        try:
            yield browser
        finally:
            browser.close()
