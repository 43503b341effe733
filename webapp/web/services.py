"""What a request works with, made once by the factory and found again through the application."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The parts of one installation."""

    settings: Settings
    database: Database
    intake: Intake
    correspondence: Correspondence
    confirm_links: ConfirmLinks

    def policy(self, slug: str) -> Policy | None:
        """Return the rules of the paper that ``slug`` names, if it is served here."""
        return next((policy for policy in self.settings.policies if policy.paper.slug == slug), None)


def services() -> Services:
    """Return the parts of the installation that the current request belongs to."""
    return cast("Services", current_app.extensions[EXTENSION])
