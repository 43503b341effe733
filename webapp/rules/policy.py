"""One paper's rules as data: what its form prints and what the engine enforces."""

from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo


class Asking(StrEnum):
    """How a paper asks for something."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """The title that the letters go to, and how a reader reaches its letters desk."""

    slug: str
    title: str
    country: str
    language: str
    time_zone: ZoneInfo
    email: str = ""
    telephone: str = ""
    house_text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WordLimits:
    """How long a letter may be, in words; both ends belong to the range."""

    maximum: int
    minimum: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A kind of letter that the writer can choose."""

    key: str
    title: str
    words: WordLimits


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
class Policy:
    """Everything that one paper asks of a letter."""

    paper: Paper
    words: WordLimits
    categories: tuple[Category, ...] = ()
    particulars: AskedParticulars = AskedParticulars()
    declarations: AskedDeclarations = AskedDeclarations()
    article: Asking = Asking.OPTIONAL

    def category(self, key: str) -> Category | None:
        """Return the category that ``key`` names, if the paper has it."""
        return next((category for category in self.categories if category.key == key), None)

    def word_limits(self, category_key: str) -> WordLimits:
        """Return the limits for a letter of that category; the general ones when it has none of its own."""
        category = self.category(category_key)
        return category.words if category else self.words
