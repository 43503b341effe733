"""Names and meanings of roles; sentences for weak passwords and account events (sign-ins, changes)."""

from flask_babel import LazyString, gettext, lazy_gettext

from webapp.accounts.events import BY_CODE, BY_LINK, BY_PASSKEY, BY_PASSWORD, REQUIREMENT_REMOVED
from webapp.accounts.password_strength import PasswordWeakness
from webapp.store.models import AccountEvent, AccountEventKind, Role
from webapp.wording.text_format import isolated

ROLES: dict[Role, LazyString] = {
    Role.READER: lazy_gettext("Reader of letters"),
    Role.EDITOR: lazy_gettext("Editor"),
    Role.CHIEF: lazy_gettext("Chief"),
}

ROLE_MEANINGS: dict[Role, LazyString] = {
    Role.READER: lazy_gettext("Sees the letters, and changes nothing."),
    Role.EDITOR: lazy_gettext("Works on letters."),
    Role.CHIEF: lazy_gettext("Works on letters, and manages the accounts."),
}

PASSWORD_WEAKNESSES: dict[PasswordWeakness, LazyString] = {
    PasswordWeakness.COMMON: lazy_gettext(
        "Many people use this password, or one that is nearly the same, so it is tried first. Choose another "
        "one."
    ),
    PasswordWeakness.PERSONAL: lazy_gettext(
        "This password is made of your name, your address or the paper’s name, so it is tried first. Choose "
        "another one."
    ),
    PasswordWeakness.PREDICTABLE: lazy_gettext(
        "This password is easy to guess: it is a word, a date, keys in a row, or the same again and again. "
        "Choose another one."
    ),
}
"""Why a new password is refused."""

PASSWORD_HINT: LazyString = lazy_gettext(
    "At least ten characters. Four words that have nothing to do with each other, with you or with the paper "
    "are easy to remember and hard to guess."
)

ACCOUNT_EVENTS: dict[AccountEventKind, LazyString] = {
    AccountEventKind.SIGNED_IN: lazy_gettext("Signed in"),
    AccountEventKind.SIGN_IN_FAILED: lazy_gettext("Sign-in failed"),
    AccountEventKind.SIGNED_OUT: lazy_gettext("Signed out"),
    AccountEventKind.SIGNED_OUT_EVERYWHERE: lazy_gettext("Signed out everywhere"),
    AccountEventKind.PASSWORD_RESET_ASKED: lazy_gettext("Asked for a new password"),
    AccountEventKind.PASSWORD_CHANGED: lazy_gettext("Password changed"),
    AccountEventKind.ENDED: lazy_gettext("Account ended"),
    AccountEventKind.REOPENED: lazy_gettext("Account reopened"),
    AccountEventKind.SECOND_FACTOR_REQUIRED: lazy_gettext("Second step required"),
    AccountEventKind.SECOND_FACTOR_SET: lazy_gettext("Authenticator app set up"),
    AccountEventKind.SECOND_FACTOR_REMOVED: lazy_gettext("Second step removed"),
    AccountEventKind.RECOVERY_CODES_MADE: lazy_gettext("Recovery codes created"),
    AccountEventKind.RECOVERY_CODE_USED: lazy_gettext("Recovery code used"),
}

_BY_NOTE: dict[tuple[AccountEventKind, str], LazyString] = {
    (AccountEventKind.SIGNED_IN, BY_PASSWORD): lazy_gettext("Signed in with the password"),
    (AccountEventKind.SIGNED_IN, BY_PASSKEY): lazy_gettext("Signed in with a passkey"),
    (AccountEventKind.SIGNED_IN, BY_CODE): lazy_gettext("Signed in with a code"),
    (AccountEventKind.SIGN_IN_FAILED, BY_PASSWORD): lazy_gettext("Sign-in failed: wrong password"),
    (AccountEventKind.SIGN_IN_FAILED, BY_PASSKEY): lazy_gettext("Sign-in failed: passkey not accepted"),
    (AccountEventKind.SIGN_IN_FAILED, BY_CODE): lazy_gettext("Sign-in failed: wrong code"),
    (AccountEventKind.PASSWORD_CHANGED, BY_LINK): lazy_gettext("Password changed through a link"),
    (AccountEventKind.SECOND_FACTOR_REQUIRED, REQUIREMENT_REMOVED): lazy_gettext(
        "Second step no longer required"
    ),
}
"""Events whose note says by which means they happened."""

_WITH_ROLE: dict[AccountEventKind, LazyString] = {
    AccountEventKind.INVITED: lazy_gettext("Invited somebody (role: %(role)s)"),
    AccountEventKind.JOINED: lazy_gettext("Account created (role: %(role)s)"),
}
"""Events whose note is a role."""

_WITH_NAME: dict[AccountEventKind, LazyString] = {
    AccountEventKind.PASSKEY_ADDED: lazy_gettext("Passkey added: %(name)s"),
    AccountEventKind.PASSKEY_REMOVED: lazy_gettext("Passkey removed: %(name)s"),
}
"""Events whose note is the name of a passkey."""

_ROLES_BY_VALUE = {role.value: name for role, name in ROLES.items()}


def colleague_name(distinct_name: str, *, has_ended: bool) -> str:
    """Return a colleague's name as a list of colleagues shows it: with a remark if the account has ended."""
    return gettext("%(name)s – account ended", name=distinct_name) if has_ended else distinct_name


def account_event(event: AccountEvent) -> str:
    """Return the sentence for an account event, with who did it if that was not the account's owner.

    The event's ``by`` must be loaded.
    """
    sentence = _sentence(event)
    return (
        str(gettext("%(event)s – by %(name)s", event=sentence, name=isolated(event.by.distinct_name)))
        if event.by
        else sentence
    )


def _sentence(event: AccountEvent) -> str:
    if event.kind is AccountEventKind.ROLE_CHANGED:
        before, _, after = event.note.partition(" ")
        return str(
            gettext(
                "Role changed from %(before)s to %(after)s",
                before=_ROLES_BY_VALUE[before],
                after=_ROLES_BY_VALUE[after],
            )
        )
    if event.kind in _WITH_ROLE:
        return str(_WITH_ROLE[event.kind]) % {"role": _ROLES_BY_VALUE[event.note]}
    if event.kind in _WITH_NAME:
        return str(_WITH_NAME[event.kind]) % {"name": isolated(event.note)}
    return str(_BY_NOTE.get((event.kind, event.note), ACCOUNT_EVENTS[event.kind]))
