"""Notes, tags, and whose a letter is."""

import re
from http import HTTPStatus

from flask import abort, request
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from webapp.desk.access import signed_in
from webapp.desk.blueprint import desk
from webapp.desk.letter.card_forms import AssignForm, NoteForm, TagForm
from webapp.desk.letter.page import CardForms, back_to_letter, changing_letter, letter_page
from webapp.installation.clock import now
from webapp.letters.editing.notes import ColleagueMissingError, add_note, assign
from webapp.letters.editing.tags import LONGEST_TAG, TagMissingError, TagTooLongError, add_tag, remove_tag

PLACE = "notes-title"
"""Where on the letter's page all of this stands."""
_NUMBER = re.compile(r"[0-9]{1,18}")
"""Of an account; what has more digits is none of ours, and Python reads no number of any length."""


@desk.post("/letters/<reference>/notes")
def note_letter(reference: str) -> AnyResponse:
    """Add a note, for good."""
    form = NoteForm(request.form)
    if not form.validate():
        return _to_mend(reference, CardForms(note=form))
    with changing_letter() as session:
        add_note(session, reference, form.text.data or "", by=signed_in().editor.actor, now=now())
    return back_to_letter(reference, PLACE)


@desk.post("/letters/<reference>/tags")
def tag_letter(reference: str) -> AnyResponse:
    """Put a tag on the letter."""
    form = TagForm(request.form)
    if not form.validate():
        return _to_mend(reference, CardForms(tag=form))
    try:
        with changing_letter() as session:
            add_tag(session, reference, form.tag.data or "", by=signed_in().editor.actor, now=now())
    except TagMissingError:
        form.tag.errors = [gettext("Write a tag first.")]
    except TagTooLongError:
        form.tag.errors = [gettext("A tag has at most %(limit)s characters.", limit=LONGEST_TAG)]
    else:
        return back_to_letter(reference, PLACE)
    return _to_mend(reference, CardForms(tag=form))


@desk.post("/letters/<reference>/tags/remove")
def untag_letter(reference: str) -> AnyResponse:
    """Take a tag off the letter."""
    with changing_letter() as session:
        remove_tag(session, reference, request.form.get("tag", ""), by=signed_in().editor.actor, now=now())
    return back_to_letter(reference, PLACE)


@desk.post("/letters/<reference>/assign")
def assign_letter(reference: str) -> AnyResponse:
    """Give the letter to a colleague, or to nobody."""
    wanted = str(AssignForm(request.form).to.data or "")
    if wanted and not _NUMBER.fullmatch(wanted):
        abort(HTTPStatus.BAD_REQUEST)
    try:
        with changing_letter() as session:
            to_id = int(wanted) if wanted else None
            assign(session, reference, to_id, by=signed_in().editor.actor, now=now())
    except ColleagueMissingError:
        return letter_page(reference, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return back_to_letter(reference, PLACE)


def _to_mend(reference: str, forms: CardForms) -> AnyResponse:
    return letter_page(reference, status=HTTPStatus.UNPROCESSABLE_ENTITY, card_forms=forms)
