"""Which language a page is in."""

from babel import Locale
from babel.support import NullTranslations
from flask import Flask, Request, request, session
from flask_babel import get_locale, get_translations, refresh
from werkzeug.datastructures import LanguageAccept

from webapp.web.api_requests import is_api_request
from webapp.web.services import services

ENGLISH = "en"
TRADITIONAL_CHINESE = "zh_Hant"

LANGUAGES = {ENGLISH: "English", TRADITIONAL_CHINESE: "繁體中文"}
"""The languages that the product speaks, each under its own name."""

BROWSER_LANGUAGES = {
    "en": ENGLISH,
    "zh-hant": TRADITIONAL_CHINESE,
    "zh-tw": TRADITIONAL_CHINESE,
    "zh-hk": TRADITIONAL_CHINESE,
    "zh-mo": TRADITIONAL_CHINESE,
    "zh": TRADITIONAL_CHINESE,
}
"""What browsers call them. Simplified Chinese is another way of writing, and is not claimed."""

PARAMETER = "lang"
COOKIE_KEY = "language"


def choose_language() -> str:
    """Return the language of the answer: the one chosen by a link, else the browser's, else the paper's."""
    chosen = session.get(COOKIE_KEY)
    if chosen in LANGUAGES:
        return str(chosen)
    return _preferred(request.accept_languages) or _of_paper(request)


def take_language_choice() -> None:
    """Remember the language that a link asks for, for as long as the browser keeps the session."""
    if is_api_request(request):
        return
    wanted = request.args.get(PARAMETER, "").replace("-", "_")
    if wanted in LANGUAGES and session.get(COOKIE_KEY) != wanted:
        session[COOKIE_KEY] = wanted
        refresh()


def page_language() -> str:
    """Return the language of the answer, as messages keep it."""
    return str(get_locale() or ENGLISH)


def html_language() -> str:
    """Return the language as HTML names it."""
    return page_language().replace("_", "-")


def cache_translations(app: Flask) -> None:
    """Let the templates of ``app`` find their sentences with one look at the request.

    Flask-Babel finds out anew for each sentence in which language it has to be, in several steps; a page has
    hundreds of sentences, and that took longer than all else about them.
    """
    kept: dict[Locale | None, NullTranslations] = {}

    def catalogue() -> NullTranslations:
        locale = get_locale()
        found = kept.get(locale)
        if found is None:
            found = kept[locale] = get_translations()
        return found

    def one(text: str) -> str:
        return str(catalogue().ugettext(text))

    def some(text: str, texts: str, number: int) -> str:
        return str(catalogue().ungettext(text, texts, number))

    # Jinja's extension gives the environment this method, which no stub knows.
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=one, ngettext=some, newstyle=True
    )
    # What stands here otherwise looks the other up with each sentence.
    app.jinja_env.globals["_"] = app.jinja_env.globals["gettext"]


def _preferred(accepted: LanguageAccept) -> str | None:
    spoken = (_spoken(tag.lower()) for tag, _quality in accepted)
    return next(filter(None, spoken), None)


def _spoken(tag: str) -> str | None:
    """Return our language for a browser's, from its most to its least exact name."""
    parts = tag.split("-")
    # en-AU is a kind of en, but zh-CN is no kind of the zh that is written here.
    least = 2 if parts[0] == "zh" and len(parts) > 1 else 1
    names = ("-".join(parts[:length]) for length in range(len(parts), least - 1, -1))
    return next((BROWSER_LANGUAGES[name] for name in names if name in BROWSER_LANGUAGES), None)


def _of_paper(asked: Request) -> str:
    policies = services().settings.policies
    slug = (asked.view_args or {}).get("paper")
    policy = services().policy(slug) if slug else policies[0]
    language = policy.paper.language if policy else ENGLISH
    return language if language in LANGUAGES else ENGLISH
