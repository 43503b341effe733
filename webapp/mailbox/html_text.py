"""HTML to plain text: lines and paragraphs as they look on screen, quoted messages marked with “> ”."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

LONGEST_PAGE = 500_000
"""Characters that are read, not counting embedded images and comments. Office programs send a hundred of them
for each character of text."""

MOST_TAGS = 40_000
"""Tags that are read. In the text after them, tags are replaced by spaces."""

_HEADING_TAGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_PARAGRAPH_TAGS = frozenset({"p", "ul", "ol", "dl", "table", "blockquote", "pre", "hr"} | _HEADING_TAGS)
_SECTION_TAGS = {"body", "article", "section", "header", "footer", "main", "aside", "nav", "form", "figure"}
_LINE_TAGS = frozenset({"div", "li", "dt", "dd", "tr", "center", "address", "caption"} | _SECTION_TAGS)
_SKIPPED_TAGS = frozenset({"script", "style", "title"})

_QUOTE_ATTRIBUTES = re.compile(
    r"""\btype=["']?cite\b|\bclass=["']?[\w\s-]*\b(?:gmail|yahoo|protonmail)_quote"""
)
"""Attributes of the block that holds the message answered (Thunderbird and Apple Mail; webmail)."""

_WITHOUT_MARGIN = re.compile(r"""\bclass=["']?[\w\s-]*\bMso(?:Normal|PlainText|NoSpacing)|\bmargin:\s*0""")
"""Attributes of a paragraph that looks like a line. Outlook writes each line as one, with an empty one
between two paragraphs of text."""

_DATA_URL = re.compile(r"\bdata:[\w/+.-]{0,80}+;base64,[\w/+=%\s]*+")
_BRACKETS_IN_ATTRIBUTE = re.compile(
    r"""=(?:"[^"<>]{0,2000}+[<>][^"]{0,2000}+"|'[^'<>]{0,2000}+[<>][^']{0,2000}+')"""
)
_DECLARATION = re.compile(r"<[!?][^<>]*+>")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*+)(?=[\s/>:])([^<>]*+)>")
_LONG_REFERENCE = re.compile(r"&#[xX]?[0-9a-fA-F]{9,}+;?")
_BREAKING_SPACE = re.compile(r"[ \t\r\n\f]+")
_NO_BREAK_SPACE = "\xa0"


def html_to_text(page: str) -> str:
    """Return the text of ``page`` in lines, with an empty line between paragraphs.

    Lines of the message answered, where the mail client marks it, begin with “> ”. List items get no bullet,
    as it would count as a word. Scripts, styles, comments and images are left out, and so is what is beyond
    `LONGEST_PAGE`. Nothing is fetched.
    """
    extractor = _TextExtractor()
    extractor.feed("".join(_sanitise(page)))
    extractor.close()
    return extractor.text()


def _sanitise(page: str) -> Iterator[str]:
    """Yield ``page`` with bare, complete tags and every other “<” escaped, so that parsing takes linear time.

    For each “<” the parser searches the rest of the page for its end (CVE-2025-6069): 160 kB of “<!--” took
    it 12 s, measured. A character reference of 5,000 digits makes it raise ValueError.
    """
    page = "".join(_without_comments(_DATA_URL.sub("", page)))[:LONGEST_PAGE]
    page = _BRACKETS_IN_ATTRIBUTE.sub("", page)
    page = _LONG_REFERENCE.sub("\ufffd", _DECLARATION.sub("", page))
    last = 0
    for number, tag in enumerate(_TAG.finditer(page)):
        yield page[last : tag.start()].replace("<", "&lt;")
        last = tag.end()
        yield _bare_tag(tag[2].lower(), tag[3], closing=bool(tag[1])) if number < MOST_TAGS else " "
    yield page[last:].replace("<", "&lt;")


def _without_comments(page: str) -> Iterator[str]:
    """Yield ``page`` without comments; one that is not closed reaches to the next “<!--”."""
    before, *pieces = page.split("<!--")
    yield before
    for piece in pieces:
        _, end, after = piece.partition("-->")
        if end:
            yield after


def _bare_tag(name: str, attributes: str, *, closing: bool) -> str:
    """Return a tag without its attributes; what they say of quotes and margins becomes part of the tag."""
    if closing:
        return f"</{name}>"
    if name == "blockquote" and _QUOTE_ATTRIBUTES.search(attributes):
        return "<blockquote cite>"
    if name == "p" and _WITHOUT_MARGIN.search(attributes):
        return "<div>"
    return f"<{name}>"


class _TextExtractor(HTMLParser):
    """Collects the lines of text in a page that ``_sanitise`` wrote."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = []
        self._line: list[str] = []
        self._needs_empty_line = False
        self._is_in_paragraph = False
        self._is_skipped = False
        self._preformatted = 0
        self._open_blockquotes: list[bool] = []
        self._quote_depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._is_skipped = tag in _SKIPPED_TAGS
        if tag == "br":
            self._end_line(even_if_empty=True)
        elif tag in {"td", "th"}:
            self._line.append(" ")
        elif tag in _LINE_TAGS or tag in _PARAGRAPH_TAGS:
            self._end_line()
            self._needs_empty_line |= tag in _PARAGRAPH_TAGS
        self._is_in_paragraph |= tag == "p"
        self._preformatted += tag == "pre"
        if tag == "blockquote":
            self._open_blockquotes.append(bool(attrs))
            self._quote_depth += bool(attrs)

    def handle_endtag(self, tag: str) -> None:
        self._is_skipped = False
        if tag not in _LINE_TAGS and tag not in _PARAGRAPH_TAGS:
            return
        self._end_line()
        # A <p> without margin was changed to <div>; its </p> then ends only a line.
        self._needs_empty_line |= self._is_in_paragraph if tag == "p" else tag in _PARAGRAPH_TAGS
        self._is_in_paragraph &= tag != "p"
        self._preformatted = max(0, self._preformatted - (tag == "pre"))
        if tag == "blockquote" and self._open_blockquotes:
            self._quote_depth -= self._open_blockquotes.pop()

    def handle_data(self, data: str) -> None:
        if self._is_skipped:
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
        """Return the text collected."""
        self._end_line()
        return "\n".join(self._lines)

    def _end_line(self, *, even_if_empty: bool = False) -> None:
        line = _BREAKING_SPACE.sub(" ", "".join(self._line)).strip(" ")
        self._line.clear()
        if not line and not even_if_empty:
            return
        mark = "> " if self._quote_depth else ""
        if self._needs_empty_line and self._lines:
            self._lines.append(mark.rstrip())
        self._needs_empty_line = False
        self._lines.append(mark + line.replace(_NO_BREAK_SPACE, " ").strip())
