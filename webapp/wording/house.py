"""What a house is called: by its only paper's title, else by no single paper."""

from flask_babel import gettext

from webapp.installation.house import House


def house_name(house: House) -> str:
    """Return the title of the only paper, and “Letters desk” in a house of several."""
    return house.only_paper.paper.title if house.only_paper else str(gettext("Letters desk"))


def house_subject_name(house: House) -> str:
    """Return the title of the only paper, else the host of the site: what stands beside “letters desk”."""
    return house.only_paper.paper.title if house.only_paper else house.host


def house_account_name(house: House) -> str:
    """Return what authenticator apps and browsers show beside an account, among those of other sites."""
    if house.only_paper:
        return house.only_paper.paper.title
    return str(gettext("Letters desk, %(host)s", host=house.host))
