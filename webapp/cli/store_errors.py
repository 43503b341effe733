"""What a command says of an error of the store that nothing else in it handles: one sentence, no traceback.

`webapp.cli.LazyGroup` ends every command with it.
"""

from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm.exc import StaleDataError

from webapp.letters.upkeep.backup import StoreOutdatedError
from webapp.store.database import StoreAwayError

NEWER_SCHEMA = (
    "There is no backup: a newer version of Letters Desk has changed the store, so that this one can’t make "
    "a whole one. Make it with the newer version’s “lettersdesk backup”."
)


def store_error_sentence(error: Exception) -> str | None:
    """Return the sentence about an error of the store; None where it is another error."""
    if isinstance(error, StoreAwayError):
        return f"The store can’t be reached: {first_line(error)}. Look what was done, and run this again."
    if isinstance(error, StoreOutdatedError):
        return NEWER_SCHEMA
    if isinstance(error, StaleDataError):
        return "A letter was changed by somebody else at the same moment. Run this again."
    if isinstance(error, DatabaseError):
        return f"The store can’t be used: {first_line(error)}. Look what was done."
    return None


def first_line(error: Exception) -> str:
    """Return the first line of the database driver's message, which names the cause and no password.

    It has no full stop at its end.
    """
    cause = error.__cause__ or error if isinstance(error, StoreAwayError) else error
    message = str(getattr(cause, "orig", None) or cause).strip() or type(error).__name__
    return message.splitlines()[0].rstrip(".")
