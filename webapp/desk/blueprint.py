"""The Flask blueprint of the desk, with the access checks of all its views."""

from flask import Blueprint

from webapp.desk.access import add_access_checks

desk = Blueprint("desk", __name__, url_prefix="/desk")
add_access_checks(desk)
