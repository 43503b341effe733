"""What a paper asks of a letter and of whoever writes it."""

from dataclasses import dataclass
from enum import StrEnum


class Asking(StrEnum):
    """How a paper asks for something."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    OFF = "off"


class Kind(StrEnum):
    """Kinds of letters that a paper may not take."""

    VERSE = "verse"
    OPEN_LETTER = "open_letter"
    THANK_YOU = "thank_you"
    FORM_LETTER = "form_letter"
    ENDORSEMENT = "endorsement"


@dataclass(frozen=True, slots=True, kw_only=True)
class WordLimits:
    """How long a letter may be, in words; both ends belong to the range."""

    maximum: int
    minimum: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A kind of letter that the writer can choose.

    Attributes:
        right_of_reply: Whether it is for people whom the paper has named; no frequency rule holds for it.
    """

    key: str
    title: str
    words: WordLimits
    right_of_reply: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedParticulars:
    """What the writer has to say of themselves; the name is always required."""

    email: Asking = Asking.REQUIRED
    phone: Asking = Asking.REQUIRED
    address: Asking = Asking.REQUIRED
    district: Asking = Asking.OPTIONAL
    name_withheld: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedDeclarations:
    """What the writer has to declare about the letter."""

    exclusive: Asking = Asking.OPTIONAL
    interest: Asking = Asking.OPTIONAL
    ai_use: Asking = Asking.OPTIONAL
    consent: Asking = Asking.OPTIONAL


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedArticle:
    """Whether a letter has to answer something the paper printed.

    Attributes:
        asked: Whether an article has to be named.
        link: Whether its address has to be given.
        within_days: Days after the article's date in which it can be answered; no limit where ``None``.
        sites: Hosts of the paper's own site; a link has to lead there. Anywhere will do where empty.
    """

    asked: Asking = Asking.OPTIONAL
    link: Asking = Asking.OPTIONAL
    within_days: int | None = None
    sites: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What may be in a letter.

    Attributes:
        links: Whether web addresses may stand in the text.
        attachments: Whether an e-mail may have files with it.
        signatures_maximum: How many may sign one letter; no limit where ``None``.
        not_taken: Kinds of letters that the editor does not print.
        thanked_people_maximum: People that a letter of thanks may name.
        thanked_businesses_maximum: Businesses that a letter of thanks may name.
    """

    links: bool = True
    attachments: bool = True
    signatures_maximum: int | None = None
    not_taken: frozenset[Kind] = frozenset()
    thanked_people_maximum: int | None = None
    thanked_businesses_maximum: int | None = None
