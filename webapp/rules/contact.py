"""Names, postal addresses, phone numbers and e-mail addresses: read into values, or refused."""

from webapp.rules.addresses import PostalAddress, read_address
from webapp.rules.emails import EmailAddress, read_email
from webapp.rules.names import PersonName, read_name
from webapp.rules.phones import PhoneNumber, read_phone

__all__ = [
    "EmailAddress",
    "PersonName",
    "PhoneNumber",
    "PostalAddress",
    "read_address",
    "read_email",
    "read_name",
    "read_phone",
]
