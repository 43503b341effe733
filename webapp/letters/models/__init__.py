"""The tables. What must always be true of a row is a constraint here as well as code elsewhere."""

from webapp.letters.models.api_key import ApiKey
from webapp.letters.models.base import HIGHEST_NUMBER, Base, RowId
from webapp.letters.models.copy import Approval, EditedCopy
from webapp.letters.models.event import Event
from webapp.letters.models.imported import Import, ImportKey
from webapp.letters.models.letter import Advisory, Letter, LetterTag, Particulars
from webapp.letters.models.message import Message
from webapp.letters.models.passage import LetterPassage, LetterToCompare
from webapp.letters.models.people import (
    AccountEvent,
    AccountLink,
    Editor,
    Passkey,
    RecoveryCode,
    SavedFilter,
    SignIn,
)

__all__ = [
    "HIGHEST_NUMBER",
    "AccountEvent",
    "AccountLink",
    "Advisory",
    "ApiKey",
    "Approval",
    "Base",
    "EditedCopy",
    "Editor",
    "Event",
    "Import",
    "ImportKey",
    "Letter",
    "LetterPassage",
    "LetterTag",
    "LetterToCompare",
    "Message",
    "Particulars",
    "Passkey",
    "RecoveryCode",
    "RowId",
    "SavedFilter",
    "SignIn",
]
