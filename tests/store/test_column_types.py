"""Encrypted contacts: what is stored of them, so that earlier code can read it."""

import json

import pytest

from webapp.store.column_types import Contact, SealedContact, seal_of_dialect
from webapp.store.database import Database


@pytest.mark.parametrize("answers", [{}, {"age": "17", "school-year": "11"}])
def test_answers_are_stored_only_where_there_are_some(sqlite: Database, answers: dict[str, str]) -> None:
    dialect, column = sqlite.engine.dialect, SealedContact()
    contact = Contact(name="Chan Tai-man", phone_typed="2123 4567", answers=answers)
    stored = column.process_bind_param(contact, dialect)
    assert stored is not None
    fields = json.loads(seal_of_dialect(dialect).open(stored, SealedContact.purpose))
    # Code before questions knows exactly the other fields.
    assert ("answers" in fields) is bool(answers)
    assert column.process_result_value(stored, dialect) == contact


def test_what_a_later_version_stores_of_somebody_is_kept_and_the_rest_can_be_read(sqlite: Database) -> None:
    dialect, column = sqlite.engine.dialect, SealedContact()
    later = {"name": "Chan Tai-man", "email": "jo@example.com", "second_signer": {"name": "Jo"}, "age": 7}
    stored = seal_of_dialect(dialect).close(json.dumps(later).encode(), SealedContact.purpose)
    contact = column.process_result_value(stored, dialect)
    assert contact is not None
    assert (contact.name, contact.email, contact.address) == ("Chan Tai-man", "jo@example.com", "")
    # As a change of the particulars key does.
    again = column.process_bind_param(contact, dialect)
    assert again is not None
    fields = json.loads(seal_of_dialect(dialect).open(again, SealedContact.purpose))
    assert later.items() <= fields.items()
    assert "Jo" not in repr(contact), "it may be in a log"
