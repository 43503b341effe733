"""SQLAlchemy models of all tables but the full-text index, with their enums, base class and key type.

Constraints and triggers keep up what must be true of a row; the triggers are in the migrations. Relationships
are never loaded lazily: reading one that the query didn't load raises `InvalidRequestError`.
"""

from webapp.store.models.account import (
    AccountEvent,
    AccountEventKind,
    AccountLink,
    AccountLinkKind,
    Editor,
    Passkey,
    RecoveryCode,
    Role,
    SignIn,
)
from webapp.store.models.api_key import ApiKey
from webapp.store.models.base import MAX_ROW_ID, Base, RowId
from webapp.store.models.derivation import DerivationVersion, LetterToIndex
from webapp.store.models.edited_copy import Approval, ApprovalAnswer, EditedCopy
from webapp.store.models.event import CallOutcome, Event, EventKind
from webapp.store.models.imports import Import, ImportKey
from webapp.store.models.letter import Advisory, Channel, Clearance, Letter, LetterTag, Particulars
from webapp.store.models.message import Message, MessageState
from webapp.store.models.passage_fingerprints import LetterPassage, LetterToCompare
from webapp.store.models.saved_filter import SavedFilter
from webapp.store.models.schema_compatibility import SchemaCompatibility
from webapp.store.models.seal_key import SealKey

__all__ = [
    "MAX_ROW_ID",
    "AccountEvent",
    "AccountEventKind",
    "AccountLink",
    "AccountLinkKind",
    "Advisory",
    "ApiKey",
    "Approval",
    "ApprovalAnswer",
    "Base",
    "CallOutcome",
    "Channel",
    "Clearance",
    "DerivationVersion",
    "EditedCopy",
    "Editor",
    "Event",
    "EventKind",
    "Import",
    "ImportKey",
    "Letter",
    "LetterPassage",
    "LetterTag",
    "LetterToCompare",
    "LetterToIndex",
    "Message",
    "MessageState",
    "Particulars",
    "Passkey",
    "RecoveryCode",
    "Role",
    "RowId",
    "SavedFilter",
    "SchemaCompatibility",
    "SealKey",
    "SignIn",
]
