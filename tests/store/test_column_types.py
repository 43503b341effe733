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
