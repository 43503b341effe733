"""Words that policies, the record and the desk share."""

from enum import StrEnum


class State(StrEnum):
    """Where a letter stands."""

    RECEIVED = "received"
    SHORTLISTED = "shortlisted"
    HELD = "held"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class DeclineReason(StrEnum):
    """Why the desk does not print a letter."""

    SPACE = "space"
    COVERED = "covered"
    ELSEWHERE = "elsewhere"
    UNVERIFIED = "unverified"
    UNSUITABLE = "unsuitable"
    DUPLICATE = "duplicate"
    OTHER = "other"


class MessageKind(StrEnum):
    """What an outgoing message is for."""

    RECEIPT = "receipt"
    CONFIRMATION = "confirmation"
    APPROVAL = "approval"
    DECISION = "decision"
    INVITATION = "invitation"
    PASSWORD_RESET = "password_reset"  # noqa: S105 -- the name of a thing, and no password
