"""The text of an HTML page, as somebody who reads it sees it."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

LONGEST_PAGE = 500_000
"""Characters without pictures and comments; office programs send a hundred of them for one of text."""

MOST_TAGS = 40_000
"""What comes after them is read without its tags."""

_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_PARAGRAPHS = frozenset({"p", "ul", "ol", "dl", "table", "blockquote", "pre", "hr"} | _HEADINGS)
_SECTIONS = {"body", "article", "section", "header", "footer", "main", "aside", "nav", "form", "figure"}
_LINES = frozenset({"div", "li", "dt", "dd", "tr", "center", "address", "caption"} | _SECTIONS)
_UNREAD = frozenset({"script", "style", "title"})

_QUOTED = re.compile(r"""\btype=["']?cite\b|\bclass=["']?[\w\s-]*\b(?:gmail|yahoo|protonmail)_quote""")
"""The block in which mailers put what is answered (Thunderbird, Apple Mail; webmail)."""

_SPACED_AS_LINES = re.compile(r"""\bclass=["']?[\w\s-]*\bMso(?:Normal|PlainText|NoSpacing)|\bmargin:\s*0""")
"""In what Outlook writes, a paragraph is a line: an empty one is between two paragraphs."""

_PICTURE = re.compile(r"\bdata:[\w/+.-]{0,80}+;base64,[\w/+=%\s]*+")
_BRACKETS_IN_ATTRIBUTE = re.compile(
    r"""=(?:"[^"<>]{0,2000}+[<>][^"]{0,2000}+"|'[^'<>]{0,2000}+[<>][^']{0,2000}+')"""
)
_DECLARATION = re.compile(r"<[!?][^<>]*+>")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*+)(?=[\s/>:])([^<>]*+)>")
_LONG_REFERENCE = re.compile(r"&#[xX]?[0-9a-fA-F]{9,}+;?")
_BREAKING_SPACE = re.compile(r"[ \t\r\n\f]+")
_NO_BREAK_SPACE = "\xa0"


def text_of_html(page: str) -> str:
    """Return the text of ``page`` in lines, with an empty line between paragraphs.

    What a mailer marked as the message answered begins with “> ”. An item of a list is a line without a mark,
    as a dot would count as a word. Nothing is fetched.
    """
    reader = _Reader()
    reader.feed("".join(_harmless(page)))
    reader.close()
    return reader.text()


def _harmless(page: str) -> Iterator[str]:
    """Yield ``page`` with short tags that have an end, and nothing else that begins with “<”.

    The parser looks for the end of whatever begins, from each beginning anew (CVE-2025-6069): 160 kB of
    “<!--” took it 12 s, measured. A character reference of 5,000 digits makes it raise ValueError.
    """
    page = "".join(_without_comments(_PICTURE.sub("", page)))[:LONGEST_PAGE]
    page = _BRACKETS_IN_ATTRIBUTE.sub("", page)
    page = _LONG_REFERENCE.sub("\ufffd", _DECLARATION.sub("", page))
    last = 0
    for number, tag in enumerate(_TAG.finditer(page)):
        yield page[last : tag.start()].replace("<", "&lt;")
        last = tag.end()
        yield _bare_tag(tag[2].lower(), tag[3], closing=bool(tag[1])) if number < MOST_TAGS else " "
    yield page[last:].replace("<", "&lt;")


def _without_comments(page: str) -> Iterator[str]:
    before, *pieces = page.split("<!--")
    yield before
    for piece in pieces:
        _, end, after = piece.partition("-->")
        if end:
            yield after


def _bare_tag(name: str, attributes: str, *, closing: bool) -> str:
    if closing:
        return f"</{name}>"
    if name == "blockquote" and _QUOTED.search(attributes):
        return "<blockquote cite>"
    if name == "p" and _SPACED_AS_LINES.search(attributes):
        return "<div>"
    return f"<{name}>"


class _Reader(HTMLParser):
    """Collects the lines of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = []
        self._line: list[str] = []
        self._gap_wanted = False
        self._is_in_paragraph = False
        self._is_unread = False
        self._preformatted = 0
        self._blocks_are_quotes: list[bool] = []
        self._quotes = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._is_unread = tag in _UNREAD
        if tag == "br":
            self._end_line(even_if_empty=True)
        elif tag in {"td", "th"}:
            self._line.append(" ")
        elif tag in _LINES or tag in _PARAGRAPHS:
            self._end_line()
            self._gap_wanted |= tag in _PARAGRAPHS
        self._is_in_paragraph |= tag == "p"
        self._preformatted += tag == "pre"
        if tag == "blockquote":
            self._blocks_are_quotes.append(bool(attrs))
            self._quotes += bool(attrs)

    def handle_endtag(self, tag: str) -> None:
        self._is_unread = False
        if tag not in _LINES and tag not in _PARAGRAPHS:
            return
        self._end_line()
        # The tag that begins a paragraph of Outlook’s was read as a line's.
        self._gap_wanted |= self._is_in_paragraph if tag == "p" else tag in _PARAGRAPHS
        self._is_in_paragraph &= tag != "p"
        self._preformatted = max(0, self._preformatted - (tag == "pre"))
        if tag == "blockquote" and self._blocks_are_quotes:
            self._quotes -= self._blocks_are_quotes.pop()

    def handle_data(self, data: str) -> None:
        if self._is_unread:
            return
        if not self._preformatted:
            self._line.append(data)
            return
        first, *others = data.split("\n")
        self._line.append(first)
        for line in others:
            self._end_line(even_if_empty=True)
            self._line.append(line)

    def text(self) -> str:
        """Return the lines that were read."""
        self._end_line()
        return "\n".join(self._lines)

    def _end_line(self, *, even_if_empty: bool = False) -> None:
        line = _BREAKING_SPACE.sub(" ", "".join(self._line)).strip(" ")
        self._line.clear()
        if not line and not even_if_empty:
            return
        mark = "> " if self._quotes else ""
        if self._gap_wanted and self._lines:
            self._lines.append(mark.rstrip())
        self._gap_wanted = False
        self._lines.append(mark + line.replace(_NO_BREAK_SPACE, " ").strip())
