"""Enums that several rooms share: letter states, decline reasons, message kinds, what is required."""

from enum import StrEnum


class State(StrEnum):
    """The workflow state of a letter."""

    RECEIVED = "received"
    SHORTLISTED = "shortlisted"
    HELD = "held"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class DeclineReason(StrEnum):
    """Why an editor declines a letter."""

    SPACE = "space"
    COVERED = "covered"
    ELSEWHERE = "elsewhere"
    UNVERIFIED = "unverified"
    UNSUITABLE = "unsuitable"
    DUPLICATE = "duplicate"
    OTHER = "other"


class MessageKind(StrEnum):
    """The purpose of an outgoing e-mail."""

    RECEIPT = "receipt"
    CONFIRMATION = "confirmation"
    APPROVAL = "approval"
    DECISION = "decision"
    INVITATION = "invitation"
    PASSWORD_RESET = "password_reset"  # noqa: S105 -- the kind of a message, not a password


class Requirement(StrEnum):
    """Whether a field is required, optional, or not asked for (off)."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    OFF = "off"
