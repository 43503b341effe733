"""The desk's blueprint, which every page of the desk belongs to and which guards them all."""

from flask import Blueprint

from webapp.desk.access import guard

desk = Blueprint("desk", __name__, url_prefix="/desk")
guard(desk)
