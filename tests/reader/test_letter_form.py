"""The letter form: rules, errors, keeping the text, idempotent sending, and the front page."""

import dataclasses
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.pages import Page, Visitor, token_for
from tests.samples import BODY, HERALD, PARTICULARS
from webapp.app import create_app
from webapp.installation.settings import Settings
from webapp.rules.enums import Requirement
from webapp.rules.policy import Policy
from webapp.rules.policy.localized_text import LocalizedText
from webapp.rules.policy.sections.article import ArticleRequirements
from webapp.rules.policy.sections.categories import Category
from webapp.rules.policy.sections.elections import Election
from webapp.rules.policy.sections.length import LengthLimits
from webapp.rules.policy.sections.particulars import DeclarationRequirements, ParticularsRequirements
from webapp.store.database import Database, StoreAwayError
from webapp.store.models import Letter, Message

FORM = "/harbour-herald/letters/new"
COMPLETE = {**PARTICULARS, "headline": "In praise of slowness", "body": BODY}
TYPED = {
    "name": "O’Brien <b>",
    "email": "no such address",
    "phone": "12",
    "address": "  Somewhere\n\n  over there & <i>beyond</i>",
    "district": '"Quoted"',
    "headline": "On 5 < 6 & more",
    "body": "\n  First line, indented.\n\n\tTab.\nLast line \n" + "word " * 430,
    "article_url": "notaurl",
    "article_headline": "Tram “fares” to rise",
    "article_date": "last Tuesday",
    "interest": "I drive one",
    "ai_use": "none",
    "withhold_reason": "my boss",
    "country": "GB",
}


def letters(database: Database) -> int:
    with database.snapshot() as session:
        return session.scalar(select(func.count()).select_from(Letter)) or 0


def recipients(database: Database) -> list[str]:
    with database.snapshot() as session:
        return list(session.scalars(select(Message.recipient)))


def test_the_front_page_is_the_form_of_the_only_paper(visitor: Visitor) -> None:
    page = visitor.open("/")
    assert page.one("form")["action"] == FORM
    assert page.all(".masthead-title") == ["The Harbour Herald"]


def test_the_front_page_lists_the_papers_where_there_are_several(
    settings: Settings, sqlite: Database
) -> None:
    courier = dataclasses.replace(
        HERALD, paper=dataclasses.replace(HERALD.paper, slug="courier", title="The Courier")
    )
    two_papers = dataclasses.replace(settings, policies=(courier, HERALD))
    visitor = Visitor(create_app(two_papers, sqlite))
    assert visitor.open("/").all(".papers a") == ["The Courier", "The Harbour Herald"]
    assert visitor.open("/courier/letters/new").all(".masthead-title") == ["The Courier"]


def test_the_rules_are_printed_from_the_policy(settings: Settings, sqlite: Database) -> None:
    words = dataclasses.replace(HERALD.length, minimum=150, maximum=212)
    policy = dataclasses.replace(HERALD, length=words)
    visitor = Visitor(create_app(dataclasses.replace(settings, policies=(policy,)), sqlite))
    rules = visitor.open(FORM).all(".rules li")
    assert "From 150 to 212 words." in rules
    assert (
        "We need your full name, your address, your e-mail address and a phone number for verification."
        in rules
    )


def test_the_form_asks_for_every_field_of_the_contract(visitor: Visitor) -> None:
    page = visitor.open(FORM)
    asked = {str(control["name"]) for control in page.form().select("[name]")}
    assert asked >= {
        "name", "email", "phone", "address", "district", "country", "headline", "body", "article_url",
        "article_headline", "article_date", "exclusive", "interest", "ai_use", "withhold_name",
        "withhold_reason", "consent", "csrf_token",
    }  # fmt: skip


def test_a_letter_that_meets_the_rules_leads_to_its_receipt(visitor: Visitor, sqlite: Database) -> None:
    visitor.open(FORM)
    answer = visitor.send(COMPLETE, follow=False)
    assert answer.status == 303
    receipt = visitor.open(answer.response.headers["Location"])
    assert receipt.status == 200
    assert receipt.address.startswith("/letters/")
    assert receipt.response.headers["Referrer-Policy"] == "no-referrer"
    assert receipt.all(".letter-headline") == ["In praise of slowness"]
    assert receipt.all(".letter-body p")[0] == "The tram is slow."
    assert receipt.all(".letter-signature") == ["Chan Tai-man , Sai Ying Pun"]
    assert "waiting to be read" in receipt.text
    for private in (PARTICULARS["email"], "2123", "Main Street"):
        assert private not in receipt.text
    assert letters(sqlite) == 1


def test_all_problems_are_said_at_once_on_top_and_at_their_fields(visitor: Visitor) -> None:
    visitor.open(FORM)
    page = visitor.send({"body": "word " * 437, "name": "", "email": "x"})
    assert page.status == 422
    summary = page.all("#summary li")
    assert summary == [
        "Enter your full name.",
        "Check the e-mail address: there is no @ in it. It should look like name@example.com.",
        "Enter a phone number at which we can reach you.",
        "Enter your home address.",
        "Your letter has 437 words; the limit is 400: cut 37.",
    ]
    assert page.one("#summary").has_attr("autofocus")
    assert page.one("#summary")["tabindex"] == "-1"
    for link, sentence in zip(page.soup.select("#summary a"), summary, strict=True):
        field = page.one(str(link["href"]))
        assert field["aria-invalid"] == "true"
        error = page.one(f"#{field['id']}-error")
        assert sentence in error.get_text()
        assert error["id"] in str(field["aria-describedby"]).split()
    assert page.one("title").get_text().startswith("Please correct")


def assert_typed_text_kept(page: Page) -> None:
    typed = page.typed()
    assert {name: typed[name] for name in TYPED} == TYPED


def test_every_character_that_was_typed_is_still_there(visitor: Visitor) -> None:
    visitor.open(FORM)
    ticks = {"exclusive": "yes", "withhold_name": "yes", "consent": "yes"}
    page = visitor.send(TYPED | ticks)
    assert page.status == 422
    assert_typed_text_kept(page)
    assert page.typed().items() >= ticks.items()


def test_a_browser_that_keeps_no_cookies_can_send_a_letter(visitor: Visitor, sqlite: Database) -> None:
    visitor.client = visitor.client.application.test_client(use_cookies=False)
    visitor.open(FORM)
    page = visitor.send(TYPED | {"body": "Too short."})
    assert page.status == 422
    mended = COMPLETE | {"article_url": "", "article_date": ""}
    assert visitor.send(mended, follow=False).status == 303
    assert letters(sqlite) == 1


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 303),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, 303),
        ({"Sec-Fetch-Site": "none"}, 303),
        ({"Sec-Fetch-Site": "same-site", "Origin": "http://shop.example.com"}, 400),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "null"}, 400),
        ({"Origin": "http://localhost"}, 303),
        ({"Origin": "http://127.0.0.1:8000"}, 303),
        ({"Origin": "null"}, 303),
        ({"Origin": "https://evil.example"}, 400),
        ({"Origin": "https://localhost.evil.example"}, 400),
    ],
)
def test_a_form_of_another_site_is_given_back(
    visitor: Visitor, sqlite: Database, headers: dict[str, str], status: int
) -> None:
    form = visitor.open(FORM).typed() | COMPLETE
    answer = visitor.client.post(FORM, data=form, headers=headers)
    assert answer.status_code == status
    assert letters(sqlite) == (status == 303)
    assert status == 303 or COMPLETE["body"] in answer.text


def test_a_token_is_valid_for_its_own_form_only(visitor: Visitor, sqlite: Database) -> None:
    form = visitor.open(FORM).typed() | COMPLETE
    other = token_for(visitor.client.application, "/letters/x/withdraw")
    assert visitor.client.post(FORM, data=form | {"csrf_token": other}).status_code == 400
    assert visitor.client.post(FORM, data=form | {"csrf_token": "x" * 5000}).status_code == 400
    assert letters(sqlite) == 0


def test_an_expired_page_loses_no_text(app: Flask, visitor: Visitor) -> None:
    visitor.open(FORM)
    app.config["WTF_CSRF_TIME_LIMIT"] = -1
    page = visitor.send(TYPED)
    assert page.status == 400
    assert_typed_text_kept(page)


def test_an_unavailable_database_loses_no_text(
    visitor: Visitor, sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise StoreAwayError

    visitor.open(FORM)
    with monkeypatch.context() as store:
        store.setattr(sqlite, "transaction", away)
        page = visitor.send(COMPLETE)
    assert page.status == 503
    assert page.response.headers["Retry-After"] == "30"
    typed = page.typed()
    assert {name: typed[name] for name in COMPLETE} == COMPLETE
    assert visitor.send({}, follow=False).status == 303
    assert letters(sqlite) == 1


def test_sending_twice_stores_one_letter_and_leads_to_the_same_receipt(
    visitor: Visitor, sqlite: Database
) -> None:
    form = visitor.open(FORM)
    first = visitor.send(COMPLETE, follow=False)
    visitor.page = form
    again = visitor.send(COMPLETE, follow=False)
    visitor.open(FORM)
    from_a_fresh_form = visitor.send(COMPLETE, follow=False)
    places = {answer.response.headers["Location"] for answer in (first, again, from_a_fresh_form)}
    assert len(places) == 1
    assert letters(sqlite) == 1


@pytest.mark.parametrize(
    ("draft", "fragment"),
    [
        ("harbour-herald@1764000000000", "#draft=harbour-herald@1764000000000"),
        ("", ""),
        ("courier@1764000000000", ""),
        ("harbour-herald@", ""),
        ("harbour-herald@1&2", ""),
        ("harbour-herald@" + "1" * 17, ""),
    ],
)
def test_each_receipt_names_the_draft_that_was_sent(visitor: Visitor, draft: str, fragment: str) -> None:
    for _ in range(2):
        fields = visitor.open(FORM).typed() | COMPLETE | {"draft": draft}
        page, sign, named = visitor.client.post(FORM, data=fields).location.partition("#")
        assert page.startswith("/letters/")
        assert sign + named == fragment


def test_going_back_and_sending_another_text_is_asked_about(visitor: Visitor, sqlite: Database) -> None:
    form = visitor.open(FORM)
    visitor.send(COMPLETE)
    visitor.page = form
    page = visitor.send(COMPLETE | {"body": "On second thoughts, the tram is fast."})
    assert page.status == 409
    assert "You have already sent us a letter from this page" in page.text
    assert page.typed()["body"] == "On second thoughts, the tram is fast."
    assert letters(sqlite) == 1
    assert visitor.send({}, follow=False).status == 303
    assert letters(sqlite) == 2


def test_one_name_is_asked_about_and_confirmed(visitor: Visitor) -> None:
    visitor.open(FORM)
    page = visitor.send(COMPLETE | {"name": "Suryani"})
    assert page.all("#summary li") == [
        "Is this your full name? Add your other names, or tick the box to say that it is."
    ]
    assert visitor.send({"full_name_confirmed": "yes"}, follow=False).status == 303


def test_a_mistyped_mailbox_is_asked_about_once_and_may_be_kept(visitor: Visitor, sqlite: Database) -> None:
    visitor.open(FORM)
    page = visitor.send(COMPLETE | {"email": "ann@gmail.con"})
    assert page.status == 422
    assert page.all("#summary li") == [
        "Did you mean ann@gmail.com? Correct the e-mail address, or tick the box to say that it is right."
    ]
    assert page.typed()["email"] == "ann@gmail.con"
    assert recipients(sqlite) == []
    assert visitor.send({"email_confirmed": "yes"}, follow=False).status == 303
    assert recipients(sqlite) == ["ann@gmail.con"]


def test_a_mistyped_mailbox_can_be_corrected_in_the_returned_form(visitor: Visitor, sqlite: Database) -> None:
    visitor.open(FORM)
    visitor.send(COMPLETE | {"email": "ann@hotmial.com"})
    assert visitor.send({"email": "ann@hotmail.com"}, follow=False).status == 303
    assert recipients(sqlite) == ["ann@hotmail.com"]


@pytest.mark.parametrize(
    "address", ["/courier/letters/new", "/letters/no-such-token", "/nothing", "/harbour-herald/letters/"]
)
def test_unknown_addresses_are_not_found(visitor: Visitor, address: str) -> None:
    page = visitor.open(address)
    assert page.status == 404
    assert page.all("h1") == ["We can’t find this page."]
    assert page.one(".notice a")["href"] == "/"


def test_a_request_that_is_too_large_is_refused(visitor: Visitor) -> None:
    visitor.open(FORM)
    page = visitor.send({"body": "word " * 1_000_000})
    assert page.status == 413
    assert "your text is still in the form" in page.text


def test_the_blank_form_needs_no_database(
    visitor: Visitor, sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "engine", None)
    monkeypatch.setattr(sqlite, "_sessions", None)
    assert visitor.open(FORM).status == 200


def open_form(settings: Settings, database: Database, policy: Policy) -> Page:
    """Open the blank form of a paper with this policy."""
    return Visitor(create_app(dataclasses.replace(settings, policies=(policy,)), database)).open(FORM)


def described(page: Page, field: str) -> str:
    """Return what screen readers say of a field after its name."""
    ids = str(page.one(f"#{field}").get("aria-describedby", "")).split()
    return " ".join(page.one(f"#{each}").get_text() for each in ids)


@pytest.mark.parametrize("requirement", [Requirement.REQUIRED, Requirement.OPTIONAL])
def test_each_field_says_whether_it_is_required(
    settings: Settings, sqlite: Database, requirement: Requirement
) -> None:
    policy = dataclasses.replace(
        HERALD,
        particulars=ParticularsRequirements(
            email=requirement,
            phone=requirement,
            address=requirement,
            district=requirement,
            name_withheld=True,
        ),
        declarations=DeclarationRequirements(
            exclusive=requirement, interest=requirement, ai_use=requirement, consent=requirement
        ),
    )
    page = open_form(settings, sqlite, policy)
    required, optional = {"name", "body"}, {"headline", "withhold_name", "article_date"}
    by_policy = {"email", "phone", "address", "district", "exclusive", "interest", "ai_use", "consent"}
    (required if requirement is Requirement.REQUIRED else optional).update(by_policy)
    assert {str(each["id"]) for each in page.soup.select("[aria-required=true]")} == required
    assert {str(each["for"]) for each in page.soup.select("label:has(.optional)")} == optional
    assert not page.soup.select("#letter-form [required]"), "the browser has no messages of its own"


def test_an_interest_that_an_election_asks_for_is_not_optional(settings: Settings, sqlite: Database) -> None:
    election = Election(
        polling_day=date(9999, 1, 1),
        begins=date(2000, 1, 1),
        roles_barred=(LocalizedText.plain("candidate"),),
        categories=(),
    )
    declarations = dataclasses.replace(HERALD.declarations, interest=Requirement.OPTIONAL)
    policy = dataclasses.replace(HERALD, declarations=declarations, elections=(election,))
    assert open_form(settings, sqlite, policy).one("#interest")["aria-required"] == "true"


def test_the_papers_own_texts_are_in_the_language_of_the_page(settings: Settings, sqlite: Database) -> None:
    reply = Category(
        key="reply",
        title=LocalizedText({"en": "Reply", "zh_Hant": "回應"}),
        length=LengthLimits(minimum=50, maximum=600),
    )
    house_text = LocalizedText({"en": "Keep it short.", "zh_Hant": "請長話短說。"})
    policy = dataclasses.replace(
        HERALD, paper=dataclasses.replace(HERALD.paper, house_text=house_text), categories=(reply,)
    )
    visitor = Visitor(create_app(dataclasses.replace(settings, policies=(policy,)), sqlite))
    english, chinese = visitor.open(f"{FORM}?lang=en"), visitor.open(f"{FORM}?lang=zh-Hant")
    assert ["Keep it short." in page.text for page in (english, chinese)] == [True, False]
    assert ["請長話短說。" in page.text for page in (english, chinese)] == [False, True]
    assert english.all("#category option")[1:] == ["Reply"]
    assert chinese.all("#category option")[1:] == ["回應"]


def test_the_letters_field_says_its_limits(settings: Settings, sqlite: Database) -> None:
    reply = Category(
        key="reply", title=LocalizedText.plain("Replies"), length=LengthLimits(minimum=50, maximum=600)
    )
    page = open_form(settings, sqlite, dataclasses.replace(HERALD, categories=(reply,)))
    assert described(page, "body") == "At most 400 words. Replies: From 50 to 600 words."


@pytest.mark.parametrize(
    ("asked", "date_hint", "is_required"),
    [(Requirement.OPTIONAL, "Needed if you reply to an article.", False), (Requirement.REQUIRED, "", True)],
)
def test_a_paper_that_limits_an_articles_age_says_that_it_needs_the_date(
    settings: Settings, sqlite: Database, asked: Requirement, date_hint: str, *, is_required: bool
) -> None:
    policy = dataclasses.replace(HERALD, article=ArticleRequirements(asked=asked, within_days=7))
    visitor = Visitor(create_app(dataclasses.replace(settings, policies=(policy,)), sqlite))
    page = visitor.open(FORM)
    assert described(page, "article_date") == date_hint
    assert page.one("#article_date").has_attr("aria-required") is is_required
    assert described(page, "article_headline") == "The headline or the link is enough."
    assert "Give us the date of the article." in page.all(".rules li")
    returned = visitor.send({**COMPLETE, "article_headline": "Trams"})
    assert returned.all("#summary li") == [
        "Enter the date of the article you are replying to: we take replies for a limited time only."
    ]


def test_a_link_that_replies_need_is_asked_for_as_such(settings: Settings, sqlite: Database) -> None:
    article = ArticleRequirements(asked=Requirement.OPTIONAL, link=Requirement.REQUIRED)
    page = open_form(settings, sqlite, dataclasses.replace(HERALD, article=article))
    assert described(page, "article_url") == "Needed if you reply to an article."
    article = dataclasses.replace(article, asked=Requirement.REQUIRED)
    page = open_form(settings, sqlite, dataclasses.replace(HERALD, article=article))
    assert page.one("#article_url")["aria-required"] == "true"
