"""Pages for chiefs to find one writer's letters, and to export or erase that writer's personal data.

Search terms are personal data: they are sent by POST and never appear in a URL. Unlike in `colleagues`, no
re-authentication is required: nobody keeps access through these pages.
"""

import hashlib
from collections.abc import Sequence
from http import HTTPStatus

from flask import abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse
from wtforms import BooleanField, Form, StringField
from wtforms.validators import InputRequired, Length

from webapp.desk.access import current_desk_user, require_role
from webapp.desk.blueprint import desk
from webapp.installation.clock import now
from webapp.letters.privacy.erasure import CLOSED_STATES, erase_personal_data
from webapp.letters.privacy.person_export import export_person, record_export
from webapp.letters.privacy.person_search import (
    UnreadableIdentifierError,
    find_letters_of_person,
    guess_person_query,
)
from webapp.store.models import Letter, Role
from webapp.web.services import services

LONGEST_SEARCH_TERM = 320
"""Characters of a search term; e-mail addresses are the longest."""


class WriterForm(Form):
    """The search term for a writer: e-mail address, phone number or reference of a letter."""

    sought = StringField(
        lazy_gettext("E-mail address, phone number, or reference of a letter"),
        validators=[
            InputRequired(lazy_gettext("Enter an e-mail address, a phone number or a reference.")),
            Length(
                max=LONGEST_SEARCH_TERM,
                message=lazy_gettext("Enter an e-mail address, a phone number or a reference."),
            ),
        ],
    )


class EraseForm(WriterForm):
    """The search term again, and the confirmation that the writer asked for the erasure."""

    confirmed = BooleanField(
        lazy_gettext("This writer has asked for this, and we have made sure that it was them"),
        validators=[InputRequired(lazy_gettext("Confirm that this writer has asked for this."))],
    )


@desk.get("/writers")
@require_role(Role.CHIEF)
def writers() -> AnyResponse:
    """Show the search form; after an erasure, also the number of letters (``erased``, 400 if negative)."""
    return _page(WriterForm(), erased=request.args.get("erased", type=int))


@desk.post("/writers")
@require_role(Role.CHIEF)
def find_writer() -> AnyResponse:
    """Show the stored letters of a writer, and which of them an erasure would change; no event is recorded.

    422 if the search term is missing or unreadable. Where no letter is found, the page says so, with 200.
    """
    form = WriterForm(request.form)
    with services().database.snapshot() as session:
        letters = _find_letters(session, form)
    if letters is None:
        return _page(form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return _page(form, letters)


@desk.post("/writers/export")
@require_role(Role.CHIEF)
def export_writer() -> AnyResponse:
    """Return everything that is stored of a writer as a JSON file, and record the export on each letter.

    The look at the particulars is recorded too. 422 shows the search form with what is wrong if the search
    term is missing or unreadable, or no letter is found.
    """
    moment, form = now(), WriterForm(request.form)
    with services().database.transaction() as session:
        letters = _find_letters(session, form)
        if not letters:
            return _page(form, letters, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        content = export_person(session, letters, now=moment)
        digest = hashlib.sha256(content).hexdigest()
        record_export(session, letters, digest, editor_id=current_desk_user().editor.editor_id, now=moment)
    response = make_response(content)
    response.mimetype = "application/json"
    response.headers["Content-Disposition"] = f'attachment; filename="writer-of-{letters[0].reference}.json"'
    return response


@desk.post("/writers/erase")
@require_role(Role.CHIEF)
def erase_writer() -> AnyResponse:
    """Erase a writer's personal data, only in letters that the previous page listed.

    A letter that came in since then is left alone: the chief has not seen it. Letters that are not published,
    declined or withdrawn are withdrawn, waiting messages are cancelled, and the name of a published letter
    stays. Each changed letter gets an event. It redirects to the search form with the number of letters
    changed. 422 shows the page again, with what is wrong, without the confirmation or a letter that was
    listed, or if the search finds none.
    """
    form, shown = EraseForm(request.form), request.form.get("letters", "").split()
    with services().database.transaction() as session:
        letters = _find_letters(session, form)
        wanted = [letter for letter in letters or () if letter.reference in shown]
        if letters and not wanted:
            form.confirmed.errors = [
                gettext("Nothing was erased: these letters were not listed. Look at them, and confirm again.")
            ]
        if not wanted or form.confirmed.errors:
            return _page(form, letters, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        erased = erase_personal_data(
            session, wanted, editor_id=current_desk_user().editor.editor_id, now=now()
        )
    return redirect(url_for("desk.writers", erased=erased), HTTPStatus.SEE_OTHER)


def _find_letters(session: Session, form: WriterForm) -> Sequence[Letter] | None:
    """Return the letters of the writer whom the form names.

    Where the search term is missing or unreadable, put the error on its field and return None.
    """
    form.validate()
    if form.sought.errors:
        return None
    countries = {policy.paper.country for policy in services().settings.policies}
    try:
        return find_letters_of_person(session, guess_person_query(session, str(form.sought.data)), countries)
    except UnreadableIdentifierError:
        form.sought.errors = [gettext("Enter an e-mail address, a phone number or a reference.")]
        return None


def _page(
    form: WriterForm,
    letters: Sequence[Letter] | None = None,
    *,
    status: HTTPStatus = HTTPStatus.OK,
    erased: int | None = None,
) -> AnyResponse:
    if erased is not None and erased < 0:
        abort(HTTPStatus.BAD_REQUEST)
    page = render_template(
        "desk/writers.html",
        form=form,
        erase_form=form if isinstance(form, EraseForm) else EraseForm(),
        letters=letters,
        kept=[letter for letter in letters or () if letter.particulars and not letter.particulars.purged_at],
        ended=CLOSED_STATES,
        papers=services().settings.policies_by_slug,
        erased=erased,
    )
    return make_response(page, status)
