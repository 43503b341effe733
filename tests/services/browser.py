"""Chromium for the browser tests: finding the executable and starting it with Playwright."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

EXECUTABLE_SETTING = "TEST_CHROMIUM"
REMEDY = "apt-get install chromium-headless-shell"

# The headless shell has the same engine without the windows and services of a whole browser: the browser
# tests take 168 s with it and 310 s with Chromium.
_COMMANDS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
# Chromium's sandbox doesn't work as root or in containers; the tests only open trusted pages.
_FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")


class BrowserMissingError(Exception):
    """No Chromium was found."""


def chromium_executable() -> Path:
    """Return the Chromium that TEST_CHROMIUM names, else the first one on the PATH.

    Raises:
        BrowserMissingError: there is none, or the variable names no executable file.
    """
    if chosen := os.environ.get(EXECUTABLE_SETTING):
        if os.access(chosen, os.X_OK):
            return Path(chosen)
        raise BrowserMissingError(f"{EXECUTABLE_SETTING} is {chosen}, which is not a program")
    for command in _COMMANDS:
        if found := shutil.which(command):
            return Path(found)
    raise BrowserMissingError(f"there is no Chromium on this machine: {REMEDY}")


@contextmanager
def running_browser() -> Iterator[Browser]:
    """Run a headless Chromium until the end of the block.

    Raises:
        BrowserMissingError: there is none.
    """
    executable = chromium_executable()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=_FLAGS)
        try:
            yield browser
        finally:
            browser.close()
