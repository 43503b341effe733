"""Every form speaks with our own sentences in the language of the page: no library's words reach people."""

import importlib
import pkgutil
import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask_babel import force_locale
from werkzeug.datastructures import MultiDict
from wtforms import DateField, Field, Form, IntegerField, RadioField
from wtforms.validators import Optional, StopValidation, ValidationError

import webapp
from tests.wording.test_translations import PLACEHOLDER, messages_in, translations

PROVOKING = ("", " ", "x", "x" * 5000)
"""Values of which each validator and each conversion refuses one."""
LANGUAGE = "zh_Hant"


def form_classes() -> list[type[Form]]:
    """Return all forms of the product."""
    for module in pkgutil.walk_packages(webapp.__path__, "webapp."):
        if ".migrations" not in module.name:
            importlib.import_module(module.name)
    waiting, found = [Form], []
    while waiting:
        waiting += (children := waiting.pop().__subclasses__())
        found += [child for child in children if child.__module__.startswith("webapp.")]
    return sorted(set(found), key=lambda form: form.__qualname__)


def provoked(form_class: type[Form], name: str) -> Iterator[Field]:
    """Yield the field, validated with each of the provoking values."""
    prefixed = form_class()[name].name
    for value in PROVOKING:
        form = form_class(MultiDict({prefixed: value, "another-field": "x"}))
        form.validate()
        yield form[name]


def refusals(form_class: type[Form], name: str, number: int) -> Iterator[str]:
    """Yield what one validator of the field says to the provoking values, whatever the others say."""
    prefixed = form_class()[name].name
    for value in PROVOKING:
        form = form_class(MultiDict({prefixed: value, "another-field": "x"}))
        field = form[name]
        field.errors = []
        try:
            field.validators[number](form, field)
        except (StopValidation, ValidationError) as error:
            yield str(error)


@pytest.fixture(scope="module")
def our_sentences() -> re.Pattern[str]:
    """A pattern of all sentences of the Chinese catalogues, with any values in them."""
    sentences = {said for message in messages_in(LANGUAGE) for said in translations(message)}
    # Without the few that have hardly a word of their own, such as “%(state)s %(day)s”: they fit any text.
    sentences = {each for each in sentences if re.search("[\u4e00-\u9fff]", PLACEHOLDER.sub("", each))}
    return re.compile("|".join(".+".join(map(re.escape, PLACEHOLDER.split(each))) for each in sentences))


def test_all_forms_are_found() -> None:
    names = {form.__name__ for form in form_classes()}
    assert {"LetterForm", "MoveForm", "InvitationForm", "FilterNameForm", "SecondStepForm"} <= names
    assert len(names) > 20


@pytest.mark.parametrize("form_class", form_classes(), ids=lambda form: form.__name__)
def test_a_form_has_its_own_sentences(
    app: Flask, form_class: type[Form], our_sentences: re.Pattern[str]
) -> None:
    with app.test_request_context(), force_locale(LANGUAGE):
        for name in form_class()._fields:
            fields = list(provoked(form_class, name))
            said = [str(error) for field in fields for error in field.errors]
            for number, validator in enumerate(fields[0].validators):
                told = list(refusals(form_class, name, number))
                assert told or isinstance(validator, Optional), f"{name}: {validator} was not provoked"
                said += told
            if isinstance(fields[0], (DateField, IntegerField)):
                assert any(field.process_errors for field in fields), f"{name}: no conversion failed"
            if isinstance(fields[0], RadioField):
                assert any(field.errors for field in fields if field.data), f"{name}: no choice was refused"
            strange = [each for each in said if each.strip() and not our_sentences.fullmatch(each)]
            assert not strange, f"{name}: {strange} is in no catalogue"
