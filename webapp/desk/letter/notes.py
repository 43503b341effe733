"""Notes, tags and the assignee of a letter: adding, removing, assigning.

A colleague's claim on the letter is no hindrance. Each view redirects to the letter; 404 if there is none.
"""

import re
from http import HTTPStatus

from flask import abort, request
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from webapp.desk.access import current_desk_user
from webapp.desk.blueprint import desk
from webapp.desk.letter.card_forms import AssignForm, NoteForm, TagForm
from webapp.desk.letter.page import CardForms, letter_page, letter_transaction, redirect_to_letter
from webapp.installation.clock import now
from webapp.letters.editing.notes import AssigneeMissingError, add_note, assign
from webapp.letters.editing.tags import LONGEST_TAG, TagMissingError, TagTooLongError, add_tag, remove_tag
from webapp.web.returned_forms import gives_back

SECTION_ID = "notes-title"
"""Id of the section of the letter's page to which these views redirect."""
_EDITOR_ID = re.compile(r"[0-9]{1,18}")
"""At most 18 digits, which fit into a 64-bit integer; ``int()`` refuses more than 4,300 digits."""


@desk.post("/letters/<reference>/notes")
@gives_back(NoteForm)
def note_letter(reference: str) -> AnyResponse:
    """Add a note, which is searched too; it can't be changed or removed later.

    422 with the letter's page and the typed text if the note is empty or too long.
    """
    form = NoteForm(request.form)
    if not form.validate():
        return _page_with_errors(reference, CardForms(note=form))
    with letter_transaction() as session:
        add_note(session, reference, form.text.data or "", by=current_desk_user().editor.actor, now=now())
    return redirect_to_letter(reference, SECTION_ID)


@desk.post("/letters/<reference>/tags")
@gives_back(TagForm)
def tag_letter(reference: str) -> AnyResponse:
    """Add a tag, in lower case, to the letter and record it; if the letter has it, nothing happens.

    422 with the letter's page and the typed text if the tag is empty or too long.
    """
    form = TagForm(request.form)
    if not form.validate():
        return _page_with_errors(reference, CardForms(tag=form))
    try:
        with letter_transaction() as session:
            add_tag(session, reference, form.tag.data or "", by=current_desk_user().editor.actor, now=now())
    except TagMissingError:
        form.tag.errors = [gettext("Write a tag first.")]
    except TagTooLongError:
        form.tag.errors = [gettext("A tag has at most %(limit)s characters.", limit=LONGEST_TAG)]
    else:
        return redirect_to_letter(reference, SECTION_ID)
    return _page_with_errors(reference, CardForms(tag=form))


@desk.post("/letters/<reference>/tags/remove")
def untag_letter(reference: str) -> AnyResponse:
    """Remove a tag from the letter and record it; if the letter doesn't have it, nothing happens."""
    with letter_transaction() as session:
        remove_tag(
            session, reference, request.form.get("tag", ""), by=current_desk_user().editor.actor, now=now()
        )
    return redirect_to_letter(reference, SECTION_ID)


@desk.post("/letters/<reference>/assign")
def assign_letter(reference: str) -> AnyResponse:
    """Assign the letter to an editor, or to nobody if ``to`` is empty, and record a change.

    400 if ``to`` is no number; 422 with the letter's page and the present assignee if the editor can't be
    assigned a letter: there is no such account, it has ended, or it has the role READER.
    """
    form = AssignForm(request.form)
    assignee = str(form.to.data or "")
    if assignee and not _EDITOR_ID.fullmatch(assignee):
        abort(HTTPStatus.BAD_REQUEST)
    try:
        with letter_transaction() as session:
            assignee_id = int(assignee) if assignee else None
            assign(session, reference, assignee_id, by=current_desk_user().editor.actor, now=now())
    except AssigneeMissingError:
        form.to.errors = [
            gettext("This colleague can’t be given letters: the account has ended, or may only read.")
        ]
        return _page_with_errors(reference, CardForms(assign=form))
    return redirect_to_letter(reference, SECTION_ID)


def _page_with_errors(reference: str, forms: CardForms) -> AnyResponse:
    return letter_page(reference, status=HTTPStatus.UNPROCESSABLE_ENTITY, card_forms=forms)
