"""The Flask blueprint object of the desk; the access checks attached to it are in `webapp.desk.access`."""

from flask import Blueprint

from webapp.desk.access import add_access_checks

desk = Blueprint("desk", __name__, url_prefix="/desk")
add_access_checks(desk)
