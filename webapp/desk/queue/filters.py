"""The queue's filters: the form that sets them, the marks that say which are set, and the kept ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Self, TypeVar
from urllib.parse import parse_qsl

from flask import abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response as AnyResponse
from wtforms import DateField, Form, HiddenField, SearchField, SelectField, StringField

from webapp.desk.access import open_to_readers, signed_in
from webapp.desk.blueprint import desk
from webapp.desk.queue.queue_address import EVERY_STATE, MINE, NEWEST, NOBODYS, OLDEST, QueueAddress
from webapp.desk.url_values import row_number
from webapp.letters.queue.saved_filters import (
    LONGEST_FILTER_NAME,
    MOST_FILTERS,
    NameTakenError,
    TooManyFiltersError,
    remove_filter,
    rename_filter,
    save_filter,
    saved_filters,
)
from webapp.rules.policy import Policy
from webapp.web.form_fields import name_field, select_field_choices
from webapp.web.services import services
from webapp.wording.filters import ADVISORY_NAMES, CHANNELS
from webapp.wording.locale import short_date
from webapp.wording.states import STATES

Value = TypeVar("Value", bound=str)


class FilterForm(Form):
    """What the queue shows, as its address says it; it changes nothing, and is sent with GET."""

    words = SearchField(lazy_gettext("Search all letters"))
    state = SelectField(lazy_gettext("State"))
    paper = SelectField(lazy_gettext("Paper"))
    channel = SelectField(lazy_gettext("Channel"))
    category = SelectField(lazy_gettext("Kind"))
    advisory = SelectField(lazy_gettext("To check"))
    claimed = SelectField(lazy_gettext("Claimed by"))
    assigned = SelectField(lazy_gettext("Assigned to"))
    tag = StringField(lazy_gettext("Tag"))
    since = DateField(lazy_gettext("Received from"))
    until = DateField(lazy_gettext("Received until"))
    order = SelectField(lazy_gettext("Order"))
    article = HiddenField()

    @classmethod
    def of_address(
        cls, address: QueueAddress, editors: Mapping[int, str], policies: Sequence[Policy]
    ) -> Self:
        """Return the form as the address fills it in.

        Args:
            address: The queue's.
            editors: The names of the desk's people by their numbers.
            policies: The papers'.
        """
        form = cls(obj=address)
        form.state.data = address.state.value if address.state else EVERY_STATE
        form.order.data = NEWEST if address.newest_first else OLDEST
        people = {MINE: gettext("Me"), NOBODYS: gettext("Nobody")}
        people |= {str(number): name for number, name in editors.items()}
        kinds = {category.key: category.title for policy in policies for category in policy.categories}
        _offer(form.state, STATES, EVERY_STATE)
        _offer(form.paper, {policy.paper.slug: policy.paper.title for policy in policies})
        _offer(form.channel, CHANNELS)
        _offer(form.category, kinds)
        _offer(form.advisory, ADVISORY_NAMES)
        _offer(form.claimed, people)
        _offer(form.assigned, people)
        orders = {OLDEST: gettext("Oldest first"), NEWEST: gettext("Newest first")}
        form.order.choices = select_field_choices(orders.items)()
        return form


@dataclass(frozen=True, slots=True)
class Chip:
    """A mark that says what a list is filtered by, with the address of the list without that."""

    label: str
    value: str
    without: str


def filter_chips(address: QueueAddress, form: FilterForm, article: str) -> list[Chip]:
    """Return a mark for each filter that is set.

    Args:
        address: The queue's.
        form: The form as the address fills it in.
        article: What the article is called that the letters answer.
    """
    chips = []
    for name in address.filters:
        field = form[name]
        value = field.data
        if name == "article":
            label, value = gettext("In reply to"), article
        elif isinstance(field, SelectField):
            label, value = str(field.label.text), _chosen(field)
        else:
            label = gettext("Search") if name == "words" else str(field.label.text)
            value = short_date(value) if isinstance(value, date) else value
        chips.append(Chip(label, str(value), address.without(name)))
    return chips


class NameForm(Form):
    """What a filter is to be called."""

    name = name_field(
        lazy_gettext("Name"), missing=lazy_gettext("Give the view a name."), longest=LONGEST_FILTER_NAME
    )
    query = HiddenField()


@desk.get("/filters")
def kept_filters() -> AnyResponse:
    """List the views that the editor keeps."""
    return _filters_page()


@desk.post("/filters")
@open_to_readers
def keep_filter() -> AnyResponse:
    """Keep a view of the queue, and go back to it."""
    form = NameForm(request.form)
    # Read and written again: whatever was posted, what is kept is an address of the queue.
    address = QueueAddress.of_request(dict(parse_qsl(form.query.data or "")))
    if not form.validate():
        return _filters_page(form.name.errors, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        with services().database.transaction() as session:
            save_filter(session, _editor_id(), form.name.data or "", address.query)
    except TooManyFiltersError:
        return _filters_page(
            [gettext("You have %(number)s views already; remove one first.", number=MOST_FILTERS)],
            HTTPStatus.CONFLICT,
        )
    return redirect(address.from_start(), HTTPStatus.SEE_OTHER)


@desk.post("/filters/<int:number>/rename")
@open_to_readers
def rename_kept_filter(number: int) -> AnyResponse:
    """Call one of the editor's views something else."""
    form = NameForm(request.form)
    if not form.validate():
        return _filters_page(form.name.errors, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        with services().database.transaction() as session:
            known = rename_filter(session, _editor_id(), row_number(number), form.name.data or "")
    except NameTakenError:
        return _filters_page([gettext("Another of your views has that name already.")], HTTPStatus.CONFLICT)
    if not known:
        abort(HTTPStatus.NOT_FOUND)
    return redirect(url_for("desk.kept_filters"), HTTPStatus.SEE_OTHER)


@desk.post("/filters/<int:number>/remove")
@open_to_readers
def remove_kept_filter(number: int) -> AnyResponse:
    """Forget one of the editor's views."""
    with services().database.transaction() as session:
        known = remove_filter(session, _editor_id(), row_number(number))
    if not known:
        abort(HTTPStatus.NOT_FOUND)
    return redirect(url_for("desk.kept_filters"), HTTPStatus.SEE_OTHER)


def _filters_page(problems: Sequence[str] = (), status: HTTPStatus = HTTPStatus.OK) -> AnyResponse:
    with services().database.snapshot() as session:
        saved = saved_filters(session, _editor_id())
    return make_response(
        render_template("desk/queue/kept_filters.html", saved=saved, problems=problems), status
    )


def _editor_id() -> int:
    return signed_in().editor.editor_id


def _offer(field: SelectField, options: Mapping[Value, object], none: str = "") -> None:
    """Let ``field`` offer the options, after one that leaves all open; what is set stays, even if unknown."""
    offered = {none: gettext("Any")} | {str(value): label for value, label in options.items()}
    if field.data and field.data not in offered:
        offered[field.data] = field.data
    field.choices = select_field_choices(offered.items)()


def _chosen(field: SelectField) -> str:
    return next(label for value, label, chosen, _ in field.iter_choices() if chosen)
