"""The queue's filters: the filter form, the chips of active filters, and the pages of saved filters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Self, TypeVar
from urllib.parse import parse_qsl

from flask import abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response as AnyResponse
from wtforms import Form, HiddenField, SearchField, SelectField, StringField

from webapp.accounts.accounts import Colleague
from webapp.desk.access import allow_readers, current_desk_user
from webapp.desk.blueprint import desk
from webapp.desk.queue.queue_address import ALL_STATES, MINE, NEWEST, NOBODY, OLDEST, QueueAddress
from webapp.desk.url_values import row_id_or_404
from webapp.letters.queue.saved_filters import (
    LONGEST_FILTER_NAME,
    MAX_FILTERS,
    FilterNameTakenError,
    TooManyFiltersError,
    remove_filter,
    rename_filter,
    save_filter,
    saved_filters,
)
from webapp.rules.policy import Policy
from webapp.web.form_fields import day_field, name_field, select_field_choices
from webapp.web.returned_forms import gives_back
from webapp.web.services import services
from webapp.wording.desk.accounts import colleague_name
from webapp.wording.desk.queue_filters import ADVISORY_NAMES, CHANNELS
from webapp.wording.desk.states import STATES
from webapp.wording.locale_formats import localized, short_date

Value = TypeVar("Value", bound=str)


class FilterForm(Form):
    """The filter form above the queue, filled in from the address; the browser sends it with GET.

    It is only rendered: `QueueAddress.from_arguments` reads what it sends.
    """

    words = SearchField(lazy_gettext("Search all letters"))
    state = SelectField(lazy_gettext("State"), validate_choice=False)
    paper = SelectField(lazy_gettext("Paper"), validate_choice=False)
    channel = SelectField(lazy_gettext("Channel"), validate_choice=False)
    category = SelectField(lazy_gettext("Kind"), validate_choice=False)
    advisory = SelectField(lazy_gettext("To check"), validate_choice=False)
    claimed = SelectField(lazy_gettext("Claimed by"), validate_choice=False)
    assigned = SelectField(lazy_gettext("Assigned to"), validate_choice=False)
    tag = StringField(lazy_gettext("Tag"))
    since = day_field(lazy_gettext("Received from"))
    until = day_field(lazy_gettext("Received until"))
    order = SelectField(lazy_gettext("Order"), validate_choice=False)
    article = HiddenField()

    @classmethod
    def from_address(
        cls,
        address: QueueAddress,
        colleagues: Sequence[Colleague],
        policies: Sequence[Policy],
        unserved: Sequence[str] = (),
    ) -> Self:
        """Return the form filled in from the address, with the choices of its select fields.

        An unknown value in the address becomes a choice of its field.

        Args:
            address: The queue's address.
            colleagues: The editors to choose from.
            policies: The policies of all papers.
            unserved: The slugs of papers that have letters, but no policy.
        """
        form = cls(obj=address)
        form.state.data = address.state.value if address.state else ALL_STATES
        form.order.data = NEWEST if address.newest_first else OLDEST
        editor_names = {MINE: gettext("Me"), NOBODY: gettext("Nobody")}
        editor_names |= {
            str(each.editor_id): colleague_name(each.distinct_name, has_ended=each.has_ended)
            for each in colleagues
        }
        for unknown in sorted({address.claimed, address.assigned} - {"", *editor_names}):
            editor_names[unknown] = gettext("Unknown account %(number)s", number=unknown)
        categories = {
            category.key: localized(category.title) for policy in policies for category in policy.categories
        }
        _set_choices(form.state, STATES, ALL_STATES)
        titles = {policy.paper.slug: policy.paper.title for policy in policies}
        _set_choices(form.paper, titles | {slug: slug for slug in unserved})
        _set_choices(form.channel, CHANNELS)
        _set_choices(form.category, categories)
        _set_choices(form.advisory, ADVISORY_NAMES)
        _set_choices(form.claimed, editor_names)
        _set_choices(form.assigned, editor_names)
        orders = {OLDEST: gettext("Oldest first"), NEWEST: gettext("Newest first")}
        form.order.choices = select_field_choices(orders.items)()
        return form


@dataclass(frozen=True, slots=True)
class Chip:
    """An active filter, shown above the list: its label, its value, and the URL of the list without it."""

    label: str
    value: str
    url_without: str


def filter_chips(address: QueueAddress, form: FilterForm, article: str) -> list[Chip]:
    """Return a chip for each active filter, in the order of `QueueAddress.filter_names`.

    State, paper and order have none.

    Args:
        address: The queue's address.
        form: The form filled in from that address.
        article: Title of the article in ``address.article``.
    """
    chips = []
    for name in address.filter_names:
        field = form[name]
        value = field.data
        if name == "article":
            label, value = gettext("In reply to"), article
        elif isinstance(field, SelectField):
            label, value = str(field.label.text), _selected_label(field)
        else:
            label = gettext("Search") if name == "words" else str(field.label.text)
            value = short_date(value) if isinstance(value, date) else value
        chips.append(Chip(label, str(value), address.url_without(name)))
    return chips


class FilterNameForm(Form):
    """The name of a saved filter, and the query string to save."""

    name = name_field(
        lazy_gettext("Name"), missing=lazy_gettext("Give the view a name."), longest=LONGEST_FILTER_NAME
    )
    query = HiddenField()


@desk.get("/filters")
def kept_filters() -> AnyResponse:
    """List the editor's saved filters, in the order in which they were saved."""
    return _saved_filters_page()


@desk.post("/filters")
@gives_back(FilterNameForm)
@allow_readers
def keep_filter() -> AnyResponse:
    """Save a filter of the queue under a name, and redirect to the queue with it.

    The editor's filter of the same name is replaced. 422 without a valid name, 409 if the editor has
    `MAX_FILTERS` already: both show the list of saved filters with the problem.
    """
    form = FilterNameForm(request.form)
    # Parsed and written again: whatever was posted, only parameters of the queue are saved.
    address = QueueAddress.from_arguments(dict(parse_qsl(form.query.data or "")))
    if not form.validate():
        return _saved_filters_page(form.name.errors, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        with services().database.transaction() as session:
            save_filter(session, _editor_id(), form.name.data or "", address.query)
    except TooManyFiltersError:
        return _saved_filters_page(
            [gettext("You have %(number)s views already; remove one first.", number=MAX_FILTERS)],
            HTTPStatus.CONFLICT,
        )
    return redirect(address.first_page_url(), HTTPStatus.SEE_OTHER)


@desk.post("/filters/<int:number>/rename")
@gives_back(FilterNameForm)
@allow_readers
def rename_kept_filter(number: int) -> AnyResponse:
    """Rename one of the editor's saved filters; 404 if the editor has none with this id.

    422 without a valid name, 409 if another one has the name: both show the list with the problem.
    """
    form = FilterNameForm(request.form)
    if not form.validate():
        return _saved_filters_page(form.name.errors, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        with services().database.transaction() as session:
            exists = rename_filter(session, _editor_id(), row_id_or_404(number), form.name.data or "")
    except FilterNameTakenError:
        return _saved_filters_page(
            [gettext("Another of your views has that name already.")], HTTPStatus.CONFLICT
        )
    if not exists:
        abort(HTTPStatus.NOT_FOUND)
    return redirect(url_for("desk.kept_filters"), HTTPStatus.SEE_OTHER)


@desk.post("/filters/<int:number>/remove")
@allow_readers
def remove_kept_filter(number: int) -> AnyResponse:
    """Delete one of the editor's saved filters; 404 if the editor has none with this id."""
    with services().database.transaction() as session:
        exists = remove_filter(session, _editor_id(), row_id_or_404(number))
    if not exists:
        abort(HTTPStatus.NOT_FOUND)
    return redirect(url_for("desk.kept_filters"), HTTPStatus.SEE_OTHER)


def _saved_filters_page(problems: Sequence[str] = (), status: HTTPStatus = HTTPStatus.OK) -> AnyResponse:
    with services().database.snapshot() as session:
        saved = saved_filters(session, _editor_id())
    return make_response(
        render_template("desk/queue/kept_filters.html", saved=saved, problems=problems), status
    )


def _editor_id() -> int:
    return current_desk_user().editor.editor_id


def _set_choices(field: SelectField, options: Mapping[Value, object], any_value: str = "") -> None:
    """Set the choices of ``field``: "Any", the options, and its present value even if that is unknown."""
    choices = {any_value: gettext("Any")} | {str(value): label for value, label in options.items()}
    if field.data and field.data not in choices:
        choices[field.data] = field.data
    field.choices = select_field_choices(choices.items)()


def _selected_label(field: SelectField) -> str:
    return next(label for _value, label, is_selected, _attributes in field.iter_choices() if is_selected)
