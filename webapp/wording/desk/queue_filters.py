"""Labels of the queue's filters: channels and advisories."""

from flask_babel import LazyString, lazy_gettext

from webapp.rules.findings import Code
from webapp.store.models import Channel

CHANNELS: dict[Channel, LazyString] = {
    Channel.FORM: lazy_gettext("Form"),
    Channel.MAIL: lazy_gettext("E-mail"),
    Channel.IMPORT: lazy_gettext("Import"),
    Channel.API: lazy_gettext("API"),
}

ADVISORY_NAMES: dict[Code, LazyString] = {
    Code.NAME_SINGLE: lazy_gettext("Single name"),
    Code.NAME_SEVERAL: lazy_gettext("Several people in the name"),
    Code.NAME_ORGANISATION: lazy_gettext("A body in the name"),
    Code.NAME_TOO_SOON: lazy_gettext("Wrote recently"),
    Code.NAME_SEEN: lazy_gettext("May have written recently"),
    Code.EMAIL_MISTYPED: lazy_gettext("E-mail address perhaps mistyped"),
    Code.EMAIL_DISPOSABLE: lazy_gettext("Throwaway e-mail address"),
    Code.PHONE_UNLIKELY: lazy_gettext("Unlikely phone number"),
    Code.ADDRESS_PO_BOX: lazy_gettext("PO box only"),
    Code.BODY_RUN_TOGETHER: lazy_gettext("Words run together"),
    Code.BODY_UNSPACED_SCRIPT: lazy_gettext("Words that can’t be counted"),
    Code.BODY_CAPITALS: lazy_gettext("Mostly capital letters"),
    Code.BODY_LINK: lazy_gettext("Web addresses"),
    Code.BODY_VERSE: lazy_gettext("Verse"),
    Code.BODY_OPEN_LETTER: lazy_gettext("Open letter"),
    Code.BODY_THANK_YOU: lazy_gettext("Letter of thanks"),
    Code.BODY_ENDORSEMENT: lazy_gettext("Endorsement"),
    Code.BODY_SIGNATURES: lazy_gettext("Several signatures"),
    Code.BODY_TOO_MANY_SIGNATURES: lazy_gettext("Too many signatures"),
    Code.BODY_TOO_MANY_THANKED: lazy_gettext("Too many people thanked"),
    Code.BODY_OTHER_PAPER: lazy_gettext("Addressed to another paper"),
    Code.BODY_PHONE_NUMBER: lazy_gettext("Phone number in the text"),
    Code.BODY_EMAIL_ADDRESS: lazy_gettext("E-mail address in the text"),
    Code.BODY_STREET_ADDRESS: lazy_gettext("Street address in the text"),
    Code.BODY_BANK_ACCOUNT: lazy_gettext("Bank account in the text"),
    Code.BODY_IDENTITY_NUMBER: lazy_gettext("Identity number in the text"),
    Code.CATEGORY_RIGHT_OF_REPLY: lazy_gettext("Claims a right of reply"),
    Code.EXCLUSIVE_NOT_DECLARED: lazy_gettext("Not exclusive"),
    Code.INTEREST_ROLE_BARRED: lazy_gettext("Role barred before the election"),
    Code.CONSENT_NOT_GIVEN: lazy_gettext("No agreement to print"),
    Code.COPIES_NOT_WANTED: lazy_gettext("Copied to others"),
}
