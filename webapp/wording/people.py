"""What roles are called, and how what happened to an account is told."""

from flask_babel import LazyString, gettext, lazy_gettext

from webapp.letters.models import AccountEvent
from webapp.letters.states import AccountEventKind, Role
from webapp.people.events import BY_CODE, BY_LINK, BY_PASSKEY, BY_PASSWORD, TAKEN_BACK

ROLES: dict[Role, LazyString] = {
    Role.READER: lazy_gettext("Viewer"),
    Role.EDITOR: lazy_gettext("Editor"),
    Role.CHIEF: lazy_gettext("Chief"),
}

ROLE_MEANINGS: dict[Role, LazyString] = {
    Role.READER: lazy_gettext("Sees the letters, and changes nothing."),
    Role.EDITOR: lazy_gettext("Works on letters."),
    Role.CHIEF: lazy_gettext("Works on letters, and manages the accounts."),
}

ACCOUNT_EVENTS: dict[AccountEventKind, LazyString] = {
    AccountEventKind.INVITED: lazy_gettext("Invited somebody"),
    AccountEventKind.JOINED: lazy_gettext("Account created"),
    AccountEventKind.SIGNED_IN: lazy_gettext("Signed in"),
    AccountEventKind.SIGN_IN_FAILED: lazy_gettext("Sign-in failed:"),
    AccountEventKind.SIGNED_OUT: lazy_gettext("Signed out"),
    AccountEventKind.SIGNED_OUT_EVERYWHERE: lazy_gettext("Signed out everywhere"),
    AccountEventKind.PASSWORD_RESET_ASKED: lazy_gettext("Asked for a new password"),
    AccountEventKind.PASSWORD_CHANGED: lazy_gettext("Password changed"),
    AccountEventKind.ROLE_CHANGED: lazy_gettext("Role changed"),
    AccountEventKind.ENDED: lazy_gettext("Account ended"),
    AccountEventKind.REOPENED: lazy_gettext("Account reopened"),
    AccountEventKind.SECOND_FACTOR_REQUIRED: lazy_gettext("Second step required"),
    AccountEventKind.SECOND_FACTOR_SET: lazy_gettext("Authenticator app set up"),
    AccountEventKind.SECOND_FACTOR_REMOVED: lazy_gettext("Second step removed"),
    AccountEventKind.RECOVERY_CODES_MADE: lazy_gettext("Recovery codes created"),
    AccountEventKind.RECOVERY_CODE_USED: lazy_gettext("Recovery code used"),
    AccountEventKind.PASSKEY_ADDED: lazy_gettext("Passkey added"),
    AccountEventKind.PASSKEY_REMOVED: lazy_gettext("Passkey removed"),
}

_NOTES: dict[str, LazyString] = {
    BY_PASSWORD: lazy_gettext("with the password"),
    BY_PASSKEY: lazy_gettext("with a passkey"),
    BY_CODE: lazy_gettext("with a code"),
    BY_LINK: lazy_gettext("by a link"),
    TAKEN_BACK: lazy_gettext("no longer"),
}
_FAILURES: dict[str, LazyString] = {
    BY_PASSWORD: lazy_gettext("wrong password"),
    BY_PASSKEY: lazy_gettext("passkey refused"),
    BY_CODE: lazy_gettext("wrong code"),
}
_ROLES_BY_VALUE = {role.value: name for role, name in ROLES.items()}


def account_event_note(event: AccountEvent) -> str:
    """Say in which way it happened; nothing where there is no more to be said."""
    if event.kind is AccountEventKind.ROLE_CHANGED:
        before, _, after = event.note.partition(" ")
        return str(
            gettext(
                "from %(before)s to %(after)s", before=_ROLES_BY_VALUE[before], after=_ROLES_BY_VALUE[after]
            )
        )
    if event.kind in {AccountEventKind.INVITED, AccountEventKind.JOINED}:
        return str(gettext("as %(role)s", role=_ROLES_BY_VALUE[event.note]))
    if event.kind in {AccountEventKind.PASSKEY_ADDED, AccountEventKind.PASSKEY_REMOVED}:
        return event.note
    if event.kind is AccountEventKind.SIGN_IN_FAILED:
        return str(_FAILURES.get(event.note, event.note))
    return str(_NOTES.get(event.note, event.note))
