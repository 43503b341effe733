"""What is kept of one writer: for chiefs, who are asked to hand it over or to erase it.

Whom they look for is posted, and never stands in an address.
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

from webapp.desk.access import require_role, signed_in
from webapp.desk.blueprint import desk
from webapp.installation.clock import now
from webapp.letters.privacy.erasure import ENDED, NobodyMeantError, erase, guess_what_is_meant, letters_of
from webapp.letters.privacy.person_export import export_person, record_export
from webapp.store.models import Letter, Role
from webapp.web.services import services

LONGEST_SOUGHT = 320
"""Characters of what a writer is looked for by; an e-mail address is the longest."""


class WriterForm(Form):
    """Which writer is meant."""

    sought = StringField(
        lazy_gettext("E-mail address, phone number, or reference of a letter"),
        validators=[
            InputRequired(lazy_gettext("Enter an e-mail address, a phone number or a reference.")),
            Length(
                max=LONGEST_SOUGHT,
                message=lazy_gettext("Enter an e-mail address, a phone number or a reference."),
            ),
        ],
    )


class EraseForm(WriterForm):
    """That the writer's particulars are to be erased, in the letters that were shown."""

    confirmed = BooleanField(
        lazy_gettext("This writer has asked for this, and we have made sure that it was them"),
        validators=[InputRequired(lazy_gettext("Confirm that this writer has asked for this."))],
    )


@desk.get("/writers")
@require_role(Role.CHIEF)
def writers() -> AnyResponse:
    """Ask which writer is meant."""
    return _page(WriterForm(), erased=request.args.get("erased", type=int))


@desk.post("/writers")
@require_role(Role.CHIEF)
def find_writer() -> AnyResponse:
    """Show which letters of a writer are kept, and what would go."""
    form = WriterForm(request.form)
    with services().database.snapshot() as session:
        letters = _found(session, form)
    if letters is None:
        return _page(form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return _page(form, letters)


@desk.post("/writers/export")
@require_role(Role.CHIEF)
def export_writer() -> AnyResponse:
    """Give everything that is kept of a writer, as a file."""
    moment, form = now(), WriterForm(request.form)
    with services().database.transaction() as session:
        letters = _found(session, form)
        if not letters:
            return _page(form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        content = export_person(session, letters, now=moment)
        digest = hashlib.sha256(content).hexdigest()
        record_export(session, letters, digest, editor_id=signed_in().editor.editor_id, now=moment)
    response = make_response(content)
    response.mimetype = "application/json"
    response.headers["Content-Disposition"] = f'attachment; filename="writer-of-{letters[0].reference}.json"'
    return response


@desk.post("/writers/erase")
@require_role(Role.CHIEF)
def erase_writer() -> AnyResponse:
    """Erase what is kept of a writer, in those of the letters that were shown before."""
    form, shown = EraseForm(request.form), request.form.get("letters", "").split()
    with services().database.transaction() as session:
        letters = _found(session, form)
        if not letters:
            return _page(form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        if form.confirmed.errors or not shown:
            return _page(form, letters, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        wanted = [letter for letter in letters if letter.reference in shown]
        erased = erase(session, wanted, editor_id=signed_in().editor.editor_id, now=now())
    return redirect(url_for("desk.writers", erased=erased), HTTPStatus.SEE_OTHER)


def _found(session: Session, form: WriterForm) -> Sequence[Letter] | None:
    """Return the letters of the writer whom the form names; nothing where it names nobody."""
    form.validate()
    if form.sought.errors:
        return None
    countries = {policy.paper.country for policy in services().settings.policies}
    try:
        return letters_of(session, guess_what_is_meant(session, str(form.sought.data)), countries)
    except NobodyMeantError:
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
        ended=ENDED,
        papers={policy.paper.slug: policy for policy in services().settings.policies},
        erased=erased,
    )
    return make_response(page, status)
