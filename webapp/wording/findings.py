"""Sentences for findings: refusals for the writer, advisories for the editor."""

from collections.abc import Iterable, Mapping
from datetime import date

from flask_babel import LazyString, lazy_gettext

from webapp.rules.emails import EmailFault
from webapp.rules.findings import Code, Finding, Number, Severity
from webapp.rules.policy.sections.length import LengthUnit
from webapp.rules.policy.sections.questions import Question
from webapp.wording.lengths import quantity
from webapp.wording.locale_formats import decimal, join_with_or, localized, long_date

REFUSALS: dict[Code, LazyString] = {
    Code.NAME_MISSING: lazy_gettext("Enter your full name."),
    Code.NAME_TOO_LONG: lazy_gettext(
        "The name has %(actual)s characters; we can take %(limit)s. Please shorten it."
    ),
    Code.NAME_CONTROL_CHARACTERS: lazy_gettext(
        "The name has invisible control characters in it. Please type it again."
    ),
    Code.NAME_MARKUP: lazy_gettext("Enter your name without any code or tags."),
    Code.NAME_CONTACT: lazy_gettext("Enter your name here, not an e-mail or web address."),
    Code.NAME_NO_LETTERS: lazy_gettext(
        "Enter your full name; what you typed has no letters of any alphabet."
    ),
    Code.NAME_ORGANISATION: lazy_gettext(
        "We take letters of people, not of organisations. Enter your own name."
    ),
    Code.NAME_OFFICER_MISSING: lazy_gettext(
        "Enter the name of the person who signs for the organisation, and the organisation behind it."
    ),
    Code.NAME_STAND_IN: lazy_gettext(
        "Enter your own full name. We have to know who you are, even if your name is not printed."
    ),
    Code.NAME_SINGLE: lazy_gettext(
        "Is this your full name? Add your other names, or tick the box to say that it is."
    ),
    Code.NAME_TOO_SOON: lazy_gettext("You wrote to us recently. You can write again from %(again_from)s."),
    Code.EMAIL_MISSING: lazy_gettext("Enter your e-mail address."),
    Code.EMAIL_INVALID: lazy_gettext("Check the e-mail address; it should look like name@example.com."),
    Code.EMAIL_MISTYPED: lazy_gettext(
        "Did you mean %(suggestion)s? Correct the e-mail address, or tick the box to say that it is right."
    ),
    Code.EMAIL_ONE_OF: lazy_gettext("Enter at least one of these: %(fields)s."),
    Code.PHONE_ONE_OF: lazy_gettext("Enter at least one of these: %(fields)s."),
    Code.PHONE_MISSING: lazy_gettext("Enter a phone number at which we can reach you."),
    Code.PHONE_IMPOSSIBLE: lazy_gettext(
        "Check the phone number; this one can’t be dialled. If it is in another country than the one "
        "you chose, start with + and the country’s code."
    ),
    Code.ADDRESS_MISSING: lazy_gettext("Enter your home address."),
    Code.ADDRESS_TOO_LONG: lazy_gettext(
        "The address has %(actual)s characters; we can take %(limit)s. Please shorten it."
    ),
    Code.ADDRESS_MARKUP: lazy_gettext("Enter your address without any code or tags."),
    Code.ADDRESS_CONTACT: lazy_gettext("Enter the address where you live, not an e-mail or web address."),
    Code.ADDRESS_STAND_IN: lazy_gettext("Enter the address where you live. It is never printed."),
    Code.ADDRESS_INCOMPLETE: lazy_gettext(
        "Enter your whole address: the house or building, the street, and the town or district."
    ),
    Code.DISTRICT_MISSING: lazy_gettext("Enter the town or district to print under your letter."),
    Code.DISTRICT_TOO_LONG: lazy_gettext(
        "The town or district has %(actual)s characters; we can print %(limit)s. Please shorten it."
    ),
    Code.COUNTRY_UNKNOWN: lazy_gettext("Choose a country from the list."),
    Code.ANSWERS_MISSING: lazy_gettext("Answer the question “%(question)s”."),
    Code.ANSWERS_TOO_LONG: lazy_gettext(
        "The answer to “%(question)s” has %(actual)s characters; we can take %(limit)s. Please shorten it."
    ),
    Code.ANSWERS_NO_NUMBER: lazy_gettext("Enter a whole number, in digits, for “%(question)s”."),
    Code.ANSWERS_TOO_SMALL: lazy_gettext("The number for “%(question)s” has to be at least %(limit)s."),
    Code.ANSWERS_TOO_LARGE: lazy_gettext("The number for “%(question)s” can’t be more than %(limit)s."),
    Code.ANSWERS_UNKNOWN_OPTION: lazy_gettext("Choose an answer to “%(question)s” from the list."),
    Code.ANSWERS_NOT_TICKED: lazy_gettext("Tick the box “%(question)s” to confirm it."),
    Code.ANSWERS_PHONE_IMPOSSIBLE: lazy_gettext(
        "Check the phone number for “%(question)s”; this one can’t be dialled."
    ),
    Code.ANSWERS_EMAIL_INVALID: lazy_gettext(
        "Check the e-mail address for “%(question)s”; it should look like name@example.com."
    ),
    Code.ANSWERS_NO_NAME: lazy_gettext("Enter a person’s full name for “%(question)s”."),
    Code.HEADLINE_TOO_LONG: lazy_gettext(
        "The headline has %(actual)s characters; we can take %(limit)s. Please shorten it."
    ),
    Code.BODY_MISSING: lazy_gettext("Write your letter."),
    Code.BODY_TOO_LONG: lazy_gettext(
        "Your letter has %(length)s; the limit is %(limit)s: cut %(difference)s."
    ),
    Code.BODY_TOO_SHORT: lazy_gettext(
        "Your letter has %(length)s; we need at least %(limit)s: add %(difference)s."
    ),
    Code.BODY_TOO_MANY_CHARACTERS: lazy_gettext(
        "Your letter has %(actual)s characters; we can take %(limit)s. Please shorten it."
    ),
    Code.BODY_ELECTION_CLOSED: lazy_gettext(
        "We take no more letters of this kind before the election. You can write again from %(again_from)s."
    ),
    Code.BODY_LINK: lazy_gettext("Take the web addresses out of your letter; we can’t print them."),
    Code.BODY_TOO_MANY_LINKS: lazy_gettext(
        "There are %(actual)s web addresses in your letter; we take at most %(limit)s."
    ),
    Code.BODY_SOURCE_MISSING: lazy_gettext("Add the web address of a source for what you write."),
    Code.ADDRESS_PO_BOX: lazy_gettext("Enter the address where you live; a PO box is not enough."),
    Code.ARTICLE_URL_MISSING: lazy_gettext("Enter the link to the article you are replying to."),
    Code.ARTICLE_URL_OTHER_SITE: lazy_gettext(
        "Check the link to the article; it has to lead to one of our own articles."
    ),
    Code.ARTICLE_URL_INVALID: lazy_gettext(
        "Check the link to the article; it should look like https://example.com/article."
    ),
    Code.ARTICLE_URL_TOO_LONG: lazy_gettext(
        "The link has %(actual)s characters; we can take %(limit)s. Leave out what follows the question mark."
    ),
    Code.ARTICLE_HEADLINE_MISSING: lazy_gettext(
        "Say which of our articles you are replying to: its headline, or the link to it."
    ),
    Code.ARTICLE_HEADLINE_TOO_LONG: lazy_gettext(
        "The article’s headline has %(actual)s characters; we can take %(limit)s. Please shorten it."
    ),
    Code.ARTICLE_DATE_MISSING: lazy_gettext(
        "Enter the date of the article you are replying to: we take replies for a limited time only."
    ),
    Code.ARTICLE_DATE_TOO_OLD: lazy_gettext(
        "The article appeared %(actual)s days ago; we take replies for %(limit)s days. "
        "Check the date, or reply to a newer article."
    ),
    Code.ARTICLE_DATE_INVALID: lazy_gettext("Check the date of the article: day, month and year."),
    Code.ARTICLE_DATE_FUTURE: lazy_gettext("Check the date of the article; it is in the future."),
    Code.CATEGORY_UNKNOWN: lazy_gettext("Choose a kind of letter from the list."),
    Code.EXCLUSIVE_NOT_DECLARED: lazy_gettext(
        "Tick the box to say that you have sent this letter to no other paper. We print only such letters."
    ),
    Code.INTEREST_NOT_DECLARED: lazy_gettext(
        "Say whether you have a personal or professional interest in the matter; if not, write “none”."
    ),
    Code.INTEREST_TOO_LONG: lazy_gettext(
        "What you say about your interest has %(actual)s characters; we can take %(limit)s. "
        "Please shorten it."
    ),
    Code.AI_USE_NOT_DECLARED: lazy_gettext(
        "Say whether you used an AI tool to write the letter; if not, write “none”."
    ),
    Code.AI_USE_TOO_LONG: lazy_gettext(
        "What you say about AI tools has %(actual)s characters; we can take %(limit)s. Please shorten it."
    ),
    Code.WITHHOLD_NAME_NOT_ALLOWED: lazy_gettext(
        "We print every letter under its writer’s name. If you agree to that, please untick the box; if not, "
        "please don’t send the letter."
    ),
    Code.WITHHOLD_REASON_MISSING: lazy_gettext("Tell the editor why your name should not be printed."),
    Code.WITHHOLD_REASON_TOO_LONG: lazy_gettext(
        "The reason has %(actual)s characters; we can take %(limit)s. Please shorten it."
    ),
    Code.CONSENT_NOT_GIVEN: lazy_gettext("Tick the box to agree that we may edit and print your letter."),
    Code.ATTACHMENTS_NOT_TAKEN: lazy_gettext("Send the letter without attachments; we don’t open them."),
}
"""Shown to the writer, at the field and in the summary at the top of the page."""

ALTERNATIVES: dict[str, LazyString] = {
    "email": lazy_gettext("your e-mail address"),
    "phone": lazy_gettext("a phone number for verification"),
    "address": lazy_gettext("your address"),
}
"""Names of the particulars of which a paper may require one."""

EMAIL_FAULTS: dict[EmailFault, LazyString] = {
    EmailFault.NO_AT: lazy_gettext(
        "Check the e-mail address: there is no @ in it. It should look like name@example.com."
    ),
    EmailFault.SEVERAL_ATS: lazy_gettext("Check the e-mail address: there is more than one @ in it."),
    EmailFault.SEVERAL_ADDRESSES: lazy_gettext("Enter one e-mail address only."),
    EmailFault.SPACE: lazy_gettext("Check the e-mail address: there is a space in it."),
    EmailFault.INVISIBLE_CHARACTER: lazy_gettext(
        "There is an invisible character in the e-mail address. Please type it again."
    ),
    EmailFault.CHARACTER: lazy_gettext(
        "Check the e-mail address: “%(character)s” can’t be part of an address."
    ),
    EmailFault.NOTHING_BEFORE_AT: lazy_gettext(
        "Check the e-mail address: something is missing before the @."
    ),
    EmailFault.NOTHING_AFTER_AT: lazy_gettext("Check the e-mail address: something is missing after the @."),
    EmailFault.DOTS: lazy_gettext(
        "Check the dots in the e-mail address: one is too many or in the wrong place."
    ),
    EmailFault.NO_ENDING: lazy_gettext(
        "Check the e-mail address: what stands after the @ has no ending, such as “.com”."
    ),
    EmailFault.TOO_LONG: lazy_gettext("Check the e-mail address: it is longer than an address can be."),
    EmailFault.DOMAIN: lazy_gettext("Check the e-mail address: no mail can reach what stands after the @."),
}
"""In place of the general sentence for `Code.EMAIL_INVALID`, where the finding says what is wrong."""

ADVISORIES: dict[Code, LazyString] = {
    Code.NAME_SINGLE: lazy_gettext(
        "The name has a single part. In the form the writer confirmed that it is the full name; whoever "
        "writes by e-mail is asked in the answer."
    ),
    Code.NAME_SEVERAL: lazy_gettext("The name field seems to name %(actual)s people."),
    Code.NAME_ORGANISATION: lazy_gettext("The name field seems to name a body, not a person."),
    Code.NAME_TOO_SOON: lazy_gettext(
        "Wrote recently; by the paper’s rule, may not write again before %(again_from)s."
    ),
    Code.NAME_SEEN: lazy_gettext(
        "May have written recently: an earlier letter has the same name or phone number."
    ),
    Code.EMAIL_MISTYPED: lazy_gettext(
        "The e-mail address may be mistyped; perhaps it should end in @%(suggestion)s."
    ),
    Code.EMAIL_DISPOSABLE: lazy_gettext("The e-mail address is a throwaway one."),
    Code.PHONE_UNLIKELY: lazy_gettext("The phone number has the right length, but such numbers don’t exist."),
    Code.ADDRESS_PO_BOX: lazy_gettext("The address is a PO box only."),
    Code.BODY_UNSPACED_SCRIPT: lazy_gettext(
        "Written without spaces between words, so that the word count is far too low; it has %(actual)s "
        "characters."
    ),
    Code.BODY_RUN_TOGETHER: lazy_gettext(
        "Some words are run together; the true count is about %(actual)s higher."
    ),
    Code.BODY_CAPITALS: lazy_gettext("Written mostly in capital letters."),
    Code.BODY_LINK: lazy_gettext("Web addresses in the text: %(actual)s."),
    Code.BODY_VERSE: lazy_gettext("Looks like verse."),
    Code.BODY_OPEN_LETTER: lazy_gettext("Looks like an open letter to somebody other than the editor."),
    Code.BODY_THANK_YOU: lazy_gettext(
        "Looks like a letter of thanks; people or businesses thanked: about %(actual)s."
    ),
    Code.BODY_ENDORSEMENT: lazy_gettext(
        "Looks like an endorsement: asks for votes, or says for whom to vote."
    ),
    Code.BODY_SIGNATURES: lazy_gettext("Seems to be signed by %(actual)s people."),
    Code.BODY_TOO_MANY_SIGNATURES: lazy_gettext(
        "Seems to be signed by %(actual)s people; the paper’s limit is %(limit)s."
    ),
    Code.BODY_TOO_MANY_THANKED: lazy_gettext(
        "Looks like a letter of thanks; people thanked by name: about %(actual)s. The paper’s limit is "
        "%(limit)s."
    ),
    Code.BODY_OTHER_PAPER: lazy_gettext("Seems to be addressed to another paper."),
    Code.BODY_PHONE_NUMBER: lazy_gettext("There is a phone number in the text."),
    Code.BODY_EMAIL_ADDRESS: lazy_gettext("There is an e-mail address in the text."),
    Code.BODY_STREET_ADDRESS: lazy_gettext("There is a street address in the text, perhaps somebody’s home."),
    Code.BODY_BANK_ACCOUNT: lazy_gettext("There is a bank account number in the text."),
    Code.BODY_IDENTITY_NUMBER: lazy_gettext("There is an identity-card or payment-card number in the text."),
    Code.CATEGORY_RIGHT_OF_REPLY: lazy_gettext("Claims a right of reply: did the paper name the writer?"),
    Code.EXCLUSIVE_NOT_DECLARED: lazy_gettext("Not declared as sent to this paper alone."),
    Code.INTEREST_ROLE_BARRED: lazy_gettext("Declares a role that the paper’s rules exclude."),
    Code.CONSENT_NOT_GIVEN: lazy_gettext("The writer did not agree to editing and printing."),
    Code.COPIES_NOT_WANTED: lazy_gettext("E-mailed to others as well; other addresses: %(actual)s."),
}
"""Shown to the editor, beside a letter that was accepted."""


def sentence(finding: Finding, questions: Iterable[Question] = ()) -> str:
    """Return the sentence of a finding: a refusal's for the writer, an advisory's for the editor.

    Args:
        finding: The finding.
        questions: The paper's own questions: a finding on the answer to one names its title. One that isn't
            among them is named by its key.

    Raises:
        KeyError: there is no sentence for that code and severity, or the sentence needs a number that the
            finding lacks.
    """
    sentences = REFUSALS if finding.severity is Severity.REFUSAL else ADVISORIES
    template = sentences[finding.code]
    if finding.code is Code.EMAIL_INVALID and "reason" in finding.numbers:
        template = EMAIL_FAULTS[EmailFault(str(finding.numbers["reason"]))]
    numbers = dict(finding.numbers)
    titles = {each.key: localized(each.title) for each in questions}
    if "question" in numbers:
        numbers["question"] = titles.get(str(numbers["question"]), numbers["question"])
    return _fill_in(template, numbers)


def advisory_sentence(code: str, numbers: Mapping[str, Number]) -> str:
    """Return the sentence of a stored advisory, for the editor.

    A code that is no advisory in this version is returned as it is, and so is one whose ``numbers`` this
    version's sentence can't be made of: another version may have stored it.
    """
    try:
        return _fill_in(ADVISORIES[Code(code)], numbers)
    except (KeyError, ValueError):
        return code


def _fill_in(template: LazyString, numbers: Mapping[str, Number]) -> str:
    """Put the numbers into a sentence, with the difference of limit and actual value, and dates in words."""
    values = dict(numbers)
    limit, actual = values.get("limit"), values.get("actual")
    if isinstance(limit, int) and isinstance(actual, int):
        values["difference"] = abs(actual - limit)
    shown = {name: decimal(value) if isinstance(value, int) else value for name, value in values.items()}
    if isinstance(actual, int):
        shown["length"] = quantity(actual, LengthUnit(str(values.get("unit", LengthUnit.WORDS.value))))
    if "fields" in values:
        shown["fields"] = join_with_or([str(ALTERNATIVES[name]) for name in str(values["fields"]).split()])
    if "again_from" in values:
        day = date.fromisoformat(str(values["again_from"]))
        shown["again_from"] = long_date(day)
    return str(template) % shown
