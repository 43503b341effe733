"""Forms given back: the typed text of an unhandled POST, on an error page or after sign-in, to send again.

A view is marked with the fields in which people type. Whatever keeps its form from being handled (a form
that was open for too long, an ended sign-in, a limit, an unreachable database, an error), the answer holds
what was typed. The letter form has pages of its own, which show all of its fields again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Self, TypeVar

from flask import Response, current_app, make_response, render_template, request
from flask_babel import LazyString, gettext
from flask_wtf.csrf import generate_csrf
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.exceptions import HTTPException
from wtforms import Field, Form, HiddenField, PasswordField, StringField

from webapp.web.form_tokens import TOKEN_FIELD, comes_from_this_site, form_token, uses_form_tokens

View = TypeVar("View", bound=Callable[..., object])

PACKED_FIELD = "returned"
"""Hidden field of the sign-in forms that carries a packed form through the sign-in."""
MAX_PACKED_CHARACTERS = 100_000
"""Characters of all values: more than twice the desk's longest text. Packed, they must fit into a request."""
_TYPED_FIELDS = "typed_fields"
_REPEATABLE = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.CONFLICT})
"""Statuses after which the same form may be accepted at once."""


def gives_back(fields: type[Form] | Mapping[str, LazyString]) -> Callable[[View], View]:
    """Mark a view whose form has text that a person types.

    Any other field, such as a chosen reason or a version number, is sent again unseen.

    Args:
        fields: The form class, whose text fields are given back, or the label of each field by its name.
    """

    def mark(view: View) -> View:
        setattr(view, _TYPED_FIELDS, fields)
        return view

    return mark


@dataclass(frozen=True, slots=True)
class TypedField:
    """A field in which something was typed."""

    name: str
    label: LazyString
    value: str


@dataclass(frozen=True, slots=True)
class ReturnedForm:
    """A posted form without its token.

    Attributes:
        endpoint: The endpoint of the view.
        url: The path to which it was posted.
        values: Names and values in their order; a name may occur more than once.
    """

    endpoint: str
    url: str
    values: tuple[tuple[str, str], ...]

    @classmethod
    def of_request(cls) -> Self | None:
        """Return the form that this request posted; None where there is nothing to give back.

        That is where the view isn't marked by `gives_back`, nothing was typed, the body can't be read or is
        larger than `MAX_PACKED_CHARACTERS`, or another site sent it: its text is not the reader's.
        """
        if request.method != "POST" or not request.endpoint or not comes_from_this_site():
            return None
        if not _labels(request.endpoint):
            # Not even parsed.
            return None
        try:
            posted = tuple(request.form.items(multi=True))
        except HTTPException:
            return None
        if sum(len(value) for _, value in posted) > MAX_PACKED_CHARACTERS:
            return None
        values = tuple((name, value) for name, value in posted if name not in {TOKEN_FIELD, PACKED_FIELD})
        form = cls(request.endpoint, request.path, values)
        return form if form.typed() else None

    @classmethod
    def unpacked(cls, packed: str) -> Self | None:
        """Return the form that `packed` made no longer ago than forms may be open; None for another text."""
        try:
            lifetime = current_app.config["WTF_CSRF_TIME_LIMIT"]
            endpoint, url, values = _serializer().loads(packed, max_age=lifetime)
            return cls(endpoint, url, tuple((name, value) for name, value in values))
        # Another version that serves beside this one may pack it in another way.
        except (BadData, ValueError, TypeError):
            return None

    def packed(self) -> str:
        """Return the form as signed text for the hidden field `PACKED_FIELD`."""
        return str(_serializer().dumps([self.endpoint, self.url, self.values]))

    def typed(self) -> list[TypedField]:
        """Return the fields in which something was typed, in the order of the form."""
        labels = _labels(self.endpoint)
        return [
            TypedField(name, labels[name], value)
            for name, value in self.values
            if name in labels and value.strip()
        ]

    def unseen(self) -> list[tuple[str, str]]:
        """Return the other names and values, which are sent again in hidden fields."""
        shown = {field.name for field in self.typed()}
        return [(name, value) for name, value in self.values if name not in shown]


def returned_form_page(
    form: ReturnedForm, title: str, advice: str, status: HTTPStatus, *, can_be_sent: bool = True
) -> Response:
    """Return a page with the typed text and, if it can be sent again, a button for that.

    Args:
        form: What was posted.
        title: What has happened.
        advice: What to do.
        status: The response status.
        can_be_sent: Whether sending the same again can succeed; else the text can only be copied.
    """
    token = form_token(form.url) if uses_form_tokens(form.endpoint) else generate_csrf()
    page = render_template(
        "returned_form.html",
        title=title,
        advice=advice,
        form=form,
        token=token,
        can_be_sent=can_be_sent,
        is_problem=status >= HTTPStatus.BAD_REQUEST,
    )
    return make_response(page, status)


def error_page(title: str, advice: str, status: HTTPStatus) -> Response:
    """Return the page of an error; where the request has text to give back, with that and other advice.

    Args:
        title: What has happened.
        advice: What to do if there is no text to give back.
        status: The response status. After 400, 409, 429 and server errors the form can be sent again.
    """
    # A body that is too large was refused unread.
    is_unread = status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    form = None if is_unread else ReturnedForm.of_request()
    if form is None:
        return make_response(render_template("error.html", title=title, advice=advice), status)
    is_temporary = status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR
    can_be_sent = is_temporary or status in _REPEATABLE
    if is_temporary:
        advice = gettext(
            "Nothing is lost: what you wrote is below. Please wait a little and press “Send it again”."
        )
    elif can_be_sent:
        advice = gettext("Nothing is lost: what you wrote is below. Please press “Send it again”.")
    else:
        advice = gettext("What you wrote is below.")
    return returned_form_page(form, title, advice, status, can_be_sent=can_be_sent)


def _labels(endpoint: str) -> Mapping[str, LazyString]:
    """Return the label of each field of the endpoint's form in which people type, by its name."""
    view = current_app.view_functions.get(endpoint)
    fields: type[Form] | Mapping[str, LazyString] = getattr(view, _TYPED_FIELDS, {})
    if isinstance(fields, Mapping):
        return fields
    return {field.name: field.label.text for field in fields() if _is_typed(field)}


def _is_typed(field: Field) -> bool:
    return isinstance(field, StringField) and not isinstance(field, (HiddenField, PasswordField))


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.config["SECRET_KEY"]), salt="returned form")
