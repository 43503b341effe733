"""A writer who has sent a letter to an application on a store, and uses the page and the links for it."""

import dataclasses

from sqlalchemy import select, update

from tests.pages import Page, Visitor, form_fields
from tests.samples import HERALD, NOON, SEAL, SECRET_KEY, acting, letter
from webapp.app import create_app
from webapp.installation.settings import Settings
from webapp.letters.editing.workflow import PRINTED, Move, lock_letter, move_letter
from webapp.letters.intake.intake import Arrival
from webapp.letters.lookup import letter_for_writer
from webapp.rules.policy import Policy
from webapp.rules.policy.sections import Confirmation
from webapp.rules.states import DeclineReason, MessageKind, State
from webapp.store.database import Database
from webapp.store.models import Channel, Clearance, Event, EventKind, Letter, Message
from webapp.web.services import EXTENSION, Services

STRICT = dataclasses.replace(HERALD, confirmation=Confirmation(before_queue=True))
"""A paper whose editors see a letter only once its writer's address is confirmed."""
WAITING = "Your letter is waiting to be read by the letters editor."
UNCONFIRMED = "Please confirm your e-mail address."
WITHDRAWN = "The letter has been withdrawn and won’t be printed."
NOTE = "The writer is the mayor’s cousin."
"""What an editor writes beside every move."""


class Writer:
    """Somebody who has sent a letter, and has the links from the receipt."""

    def __init__(self, store: Database, policy: Policy = HERALD, **changes: str) -> None:
        """Send a letter that meets the rules, apart from ``changes``."""
        self.store = store
        settings = Settings(
            database_url=store.url, secret_key=SECRET_KEY, seal=SEAL, policies=(policy,), rate_limits=False
        )
        self.app = create_app(settings, store)
        self.visitor = Visitor(self.app)
        services: Services = self.app.extensions[EXTENSION]
        arrival = Arrival(channel=Channel.FORM, at=NOON)
        with self.app.app_context():
            receipt = services.intake.receive(letter(**changes), policy, arrival)
        self.token, self.reference = receipt.token, receipt.reference
        self.page = f"/letters/{receipt.token}"
        self.link = f"{self.page}/confirm/{services.confirm_links.proof(self.letter())}"

    def letter(self) -> Letter:
        """Return the letter as it is kept."""
        with self.store.snapshot() as session:
            return letter_for_writer(session, self.token)

    def events(self) -> list[tuple[EventKind, str]]:
        """Return what happened to it after it was received."""
        with self.store.snapshot() as session:
            rows = session.execute(select(Event.kind, Event.note).order_by(Event.id))
            return [(kind, note) for kind, note in rows][1:]

    def messages(self, kind: MessageKind) -> list[Message]:
        """Return the messages of one kind."""
        with self.store.snapshot() as session:
            return list(session.scalars(select(Message).where(Message.kind == kind)))

    def open(self) -> Page:
        """Open the letter's page."""
        return self.visitor.open(self.page)

    def press(self, action: str, **typed: str) -> Page:
        """Send the form of the page that is open which leads to ``action``."""
        assert self.visitor.page
        (form,) = self.visitor.page.soup.select(f'form[action="{self.page}/{action}"]')
        fields = form_fields(form) | typed
        response = self.visitor.client.post(str(form["action"]), data=fields, follow_redirects=True)
        return Page(response, self.page)

    def put_into(self, state: State, **values: object) -> None:
        """Put the letter into a state, by whatever way it came there."""
        with self.store.transaction() as session:
            if state in PRINTED:
                values |= {"clearance": Clearance.VERIFIED, "print_on": NOON.date()}
            session.execute(update(Letter).values(state=state, **values))

    def move(self, editor_id: int, to_state: State, reason: DeclineReason | None = None) -> None:
        """Move the letter as an editor does."""
        with self.store.transaction() as session:
            decision = Move(to_state=to_state, version=self.letter().version, reason=reason, note=NOTE)
            move_letter(
                session,
                lock_letter(session, self.reference, with_particulars=True),
                decision,
                HERALD,
                by=acting(editor_id),
                now=NOON,
            )


def forms(page: Page) -> set[str]:
    """Return where the forms of a page lead, each by the last part of its address."""
    return {str(form["action"]).rpartition("/")[2] for form in page.soup.select("form")}
