"""The Flask blueprint object of the desk; the access checks attached to it are in `webapp.desk.access`."""

from flask import Blueprint

from webapp.desk.access import add_access_checks
from webapp.desk.kept_drafts import kept_drafts, name_kept_drafts
from webapp.web.languages import DESK_PREFIX

desk = Blueprint("desk", __name__, url_prefix=DESK_PREFIX)
add_access_checks(desk)
name_kept_drafts(desk)


@desk.context_processor
def _names_of_kept_drafts() -> dict[str, object]:
    return {"kept_drafts": kept_drafts}
