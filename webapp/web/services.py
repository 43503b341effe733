"""Services of the application (settings, database, intake, correspondence), as `services()` in a request."""

from dataclasses import dataclass
from typing import cast

from flask import current_app

from webapp.correspondence.to_writers import Correspondence
from webapp.installation.settings import Settings
from webapp.letters.intake.email_confirmation import ConfirmLinks
from webapp.letters.intake.intake import Intake
from webapp.rules.policy import Policy
from webapp.store.database import Database

EXTENSION = "lettersdesk"
"""The key in ``app.extensions`` under which the factory keeps the `Services`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The objects that the views of one application share."""

    settings: Settings
    database: Database
    intake: Intake
    correspondence: Correspondence
    confirm_links: ConfirmLinks

    def policy(self, slug: str) -> Policy | None:
        """Return the policy of the paper that ``slug`` names or named; None where no such paper is served."""
        return self.settings.policy(slug)


def services() -> Services:
    """Return the services of the current application.

    Raises:
        RuntimeError: there is no application context.
    """
    return cast("Services", current_app.extensions[EXTENSION])
