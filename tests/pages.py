"""A browser without JavaScript: opens pages, fills in their forms, and checks each page that it is given."""

import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag
from flask import Flask
from werkzeug.test import TestResponse

from webapp.web.form_tokens import form_token

HTML = "text/html; charset=utf-8"
CONTROLS = frozenset({"input", "textarea", "select"})
TEXT_INPUTS = frozenset({"text", "search", "email", "tel", "url"})
PLAINTEXT = frozenset({"textarea", "pre"})
"""In these, ``dir="auto"`` gives each line a direction of its own."""
RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff]")
ISOLATED = re.compile("\u2068[^\u2068\u2069]*\u2069")
JOINABLE = frozenset({"a", "bdi", "span", "strong", "time"})
"""Elements that stand in a line, and that a browser joins where no space is between them."""
INLINE = frozenset({"style", "onclick", "onsubmit"})
"""Attributes that are code or style."""
PYTHON_VALUE = re.compile(r"(?<![\w.-])(None|True|False|Undefined)(?![\w.-])|\bobject at 0x")
"""A value of Python that was written out where an attribute should be left out, or say something."""


@dataclass(frozen=True)
class Page:
    """A page as it came."""

    response: TestResponse
    address: str

    @property
    def status(self) -> int:
        """The status of the answer."""
        return self.response.status_code

    @cached_property
    def soup(self) -> BeautifulSoup:
        """The page's elements, parsed once: nobody changes them."""
        return BeautifulSoup(self.response.text, "html.parser")

    @cached_property
    def elements(self) -> list[Tag]:
        """All of them, in order."""
        return elements_in(self.soup)

    @property
    def text(self) -> str:
        """What can be read on the page, in one line."""
        return " ".join(self.soup.get_text(" ").split())

    def all(self, selector: str) -> list[str]:
        """Return the texts of the elements that ``selector`` finds."""
        return [" ".join(found.get_text(" ").split()) for found in self.soup.select(selector)]

    def one(self, selector: str) -> Tag:
        """Return the only element that ``selector`` finds."""
        found = self.soup.select(selector)
        assert len(found) == 1, f"{len(found)} elements are {selector}"
        return found[0]

    def form(self, *names: str) -> Tag:
        """Return the last form of the page, among those with fields or buttons of these names."""
        fitting = [
            form
            for form in self.elements
            if form.name == "form" and {each.get("name") for each in elements_in(form)}.issuperset(names)
        ]
        assert fitting, f"a form has {', '.join(names)}"
        return fitting[-1]

    def form_to(self, address_end: str) -> Tag:
        """Return the only form of the page whose address ends like this."""
        return self.one(f'form[action$="{address_end}"]')

    def typed(self, *names: str) -> dict[str, str]:
        """Return what the page's last form, with these fields, would send if nothing was changed."""
        return form_fields(self.form(*names))


def elements_in(tag: Tag) -> list[Tag]:
    """Return the elements in ``tag``, in order: much quicker than by a selector."""
    return [each for each in tag.descendants if isinstance(each, Tag)]


def form_fields(form: Tag) -> dict[str, str]:
    """Return what a browser would send of ``form``, without a button."""
    fields: dict[str, str] = {}
    for control in elements_in(form):
        if control.name not in CONTROLS:
            continue
        name = str(control.get("name", ""))
        if not name:
            continue
        if control.name == "textarea":
            # HTML drops the first line end in a text area.
            fields[name] = control.get_text().replace("\r\n", "\n").removeprefix("\n")
        elif control.name == "select":
            chosen = control.select_one("option[selected]") or control.select_one("option")
            fields[name] = str(chosen.get("value", "")) if chosen else ""
        elif control.get("type") not in {"checkbox", "submit"} or control.has_attr("checked"):
            fields[name] = str(control.get("value", ""))
    return fields


def token_for(app: Flask, url: str) -> str:
    """Return a valid CSRF token for a reader's form that is sent to ``url``."""
    with app.app_context():
        return form_token(url)


class Visitor:
    """Somebody with a browser, who keeps cookies and is on one page at a time."""

    def __init__(self, app: Flask) -> None:
        """Start with no page open."""
        self.client = app.test_client()
        self.page: Page | None = None

    def open(self, address: str) -> Page:
        """Open the page at ``address``, following redirects."""
        return self._arrived(self.client.get(address, follow_redirects=True))

    def send(
        self,
        changes: Mapping[str, str],
        *,
        button: tuple[str, str] | None = None,
        follow: bool = True,
        to: str = "",
    ) -> Page:
        """Fill in a form of the page that is open, and send it.

        Args:
            changes: What is typed; a tick is taken away with an empty value.
            button: Name and value of the button that is pressed.
            follow: Whether to follow a redirect.
            to: How the form's address ends; the last one with these fields and that button where empty.
        """
        assert self.page, "a page is open"
        names = (*changes, *(button[:1] if button else ()))
        form = self.page.form_to(to) if to else self.page.form(*names)
        fields = form_fields(form) | dict(changes) | (dict([button]) if button else {})
        action = str(form["action"])
        response = self.client.post(action, data=fields, follow_redirects=follow)
        return self._arrived(response)

    def _arrived(self, response: TestResponse) -> Page:
        page = Page(response, urlsplit(response.request.url).path)
        if response.content_type == HTML and response.text and not 300 <= response.status_code < 400:
            check_page(page)
            self.page = page
        return page


def check_page(page: Page) -> None:
    """Hold a page against what every page of ours keeps to."""
    names = Counter(element.name for element in page.elements)
    assert (names["title"], names["html"], names["h1"]) == (1, 1, 1), "one title and one first heading"
    for element in page.elements:
        if element.name == "title":
            assert element.get_text(strip=True), "the page has a title"
        if element.name == "html":
            assert element.get("lang"), "the page says its language"
    ids = Counter(str(element["id"]) for element in page.elements if element.has_attr("id"))
    assert [name for name, times in ids.items() if times > 1] == [], "no id stands twice"
    labelled = {str(element.get("for")) for element in page.elements if element.name == "label"}
    for element in page.elements:
        _check_element(element, ids, labelled)
        _check_space_after(element)
    check_directions(page.soup)
    headers = page.response.headers
    assert headers["Cache-Control"] == "no-store", "a page is private"
    assert "default-src 'none'" in headers["Content-Security-Policy"]


def check_directions(soup: BeautifulSoup) -> None:
    """Assert that text in a script from right to left, and each field for text, has a direction of its own.

    Such a text stands either alone in an element with ``dir="auto"``, or between isolating characters.
    """
    for element in elements_in(soup):
        is_text_field = element.name == "textarea" or (
            element.name == "input" and element.get("type", "text") in TEXT_INPUTS
        )
        assert not is_text_field or element.get("dir") == "auto", f"{element} has the direction of the page"
    for text in soup.find_all(string=RIGHT_TO_LEFT):
        around = text.find_parent(dir=True)
        if around and around["dir"] == "auto" and (around.name in PLAINTEXT or _begins_right_to_left(around)):
            continue
        assert not RIGHT_TO_LEFT.search(ISOLATED.sub("", text)), (
            f"“{text}” has the direction of {text.parent}"
        )


def _begins_right_to_left(element: Tag) -> bool:
    """Return whether a browser takes an element with ``dir="auto"`` for one from right to left."""
    own = (text for text in element.find_all(string=True) if text.find_parent(dir=True) is element)
    first = next((letter for text in own for letter in text if letter.isalpha()), "")
    return bool(RIGHT_TO_LEFT.match(first))


def _check_space_after(element: Tag) -> None:
    """Assert that a link or a piece of text isn't joined to the one behind it as if both were one word."""
    follower = element.next_sibling
    if element.name not in JOINABLE or not isinstance(follower, Tag) or follower.name not in JOINABLE:
        return
    texts = element.get_text(), follower.get_text()
    ends_a_word, begins_one = texts[0][-1:].isalnum(), texts[1][:1].isalnum() or texts[1].startswith("+")
    assert not (ends_a_word and begins_one), f"{texts} are joined"


def _check_element(element: Tag, ids: Collection[str], labelled: Collection[str]) -> None:
    is_inline = element.name == "style" or (element.name == "script" and not element.has_attr("src"))
    assert not is_inline, f"inline code or style: {element}"
    assert INLINE.isdisjoint(element.attrs), f"inline code or style: {element}"
    for attribute, value in element.attrs.items():
        is_typed = element.name == "input" and attribute == "value"
        text = value if isinstance(value, str) else " ".join(value)
        assert is_typed or not PYTHON_VALUE.search(text), f"{attribute} is a value of Python: {element}"
    if element.name in CONTROLS and element.get("type") != "hidden":
        assert element.get("aria-labelledby") or element["id"] in labelled, f"{element} has a label"
    for attribute in ("aria-describedby", "aria-labelledby"):
        for name in str(element.get(attribute, "")).split():
            assert name in ids, f"{attribute} points at {name}, which is not there"
    if element.name == "form" and element.get("method") == "post":
        inputs = {each.get("name") for each in elements_in(element) if each.name == "input"}
        assert "csrf_token" in inputs, "a form that changes something is protected"
    if element.has_attr("src") or (element.name == "link" and element.has_attr("href")):
        target = str(element.get("src") or element.get("href"))
        assert target.startswith("/"), f"{target} is on another host"
