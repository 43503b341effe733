"""A writer for tests: stores a letter in an application and uses the own page and its links."""

import dataclasses

from sqlalchemy import select, update

from tests.pages import Page, Visitor, form_fields, token_for
from tests.samples import HERALD, NOON, SEAL, SECRET_KEY, acting, letter
from webapp.app import create_app
from webapp.installation.settings import Settings
from webapp.letters.editing.workflow import SCHEDULED_OR_PUBLISHED, Move, lock_letter, move_letter
from webapp.letters.intake.intake import Arrival
from webapp.letters.lookup import letter_for_writer
from webapp.rules.enums import DeclineReason, MessageKind, State
from webapp.rules.policy import Policy
from webapp.rules.policy.sections.correspondence import Confirmation
from webapp.store.database import Database
from webapp.store.models import Channel, Clearance, Event, EventKind, Letter, Message
from webapp.web.services import EXTENSION, Services

STRICT = dataclasses.replace(HERALD, confirmation=Confirmation(before_queue=True))
"""A paper whose editors see a letter only once its writer's address is confirmed."""
WAITING = "Your letter is waiting to be read by the letters editor."
UNCONFIRMED = "Please confirm your e-mail address."
WITHDRAWN = "The letter has been withdrawn and won’t be printed."
NOTE = "The writer is the mayor’s cousin."
"""The note of every move that `Writer.move` makes."""


class Writer:
    """Stores one letter, and has a client of the application and the links in the receipt."""

    def __init__(self, store: Database, policy: Policy = HERALD, **changes: str) -> None:
        """Store a valid letter with ``changes`` to its fields, in a new application of one paper."""
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
        self.link = f"{self.page}/confirm/{services.confirm_links.sign(self.letter())}"

    def letter(self) -> Letter:
        """Return the letter as it is stored."""
        with self.store.snapshot() as session:
            return letter_for_writer(session, self.token)

    def events(self) -> list[tuple[EventKind, str]]:
        """Return kind and note of the letter's events, without the first (received)."""
        with self.store.snapshot() as session:
            rows = session.execute(select(Event.kind, Event.note).order_by(Event.id))
            return [(kind, note) for kind, note in rows][1:]

    def messages(self, kind: MessageKind) -> list[Message]:
        """Return the stored messages of one kind."""
        with self.store.snapshot() as session:
            return list(session.scalars(select(Message).where(Message.kind == kind)))

    def open(self) -> Page:
        """Open the writer's own page of the letter."""
        return self.visitor.open(self.page)

    def press(self, action: str, **typed: str) -> Page:
        """Post the open page's form for that action, and follow redirects."""
        assert self.visitor.page
        (form,) = self.visitor.page.soup.select(f'form[action="{self.page}/{action}"]')
        fields = form_fields(form) | typed
        response = self.visitor.client.post(str(form["action"]), data=fields, follow_redirects=True)
        return Page(response, self.page)

    def token_for(self, url: str) -> str:
        """Return a valid CSRF token of a form that is sent to ``url``."""
        return token_for(self.app, url)

    def set_state(self, state: State, **values: object) -> None:
        """Set the letter's state (and other columns) in the database, without a move."""
        with self.store.transaction() as session:
            if state in SCHEDULED_OR_PUBLISHED:
                values |= {"clearance": Clearance.VERIFIED, "print_on": NOON.date()}
            session.execute(update(Letter).values(state=state, **values))

    def move(self, editor_id: int, to_state: State, reason: DeclineReason | None = None) -> None:
        """Move the letter to another state as an editor."""
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


def form_actions(page: Page) -> set[str]:
    """Return the last path segments of the actions of a page's forms."""
    return {str(form["action"]).rpartition("/")[2] for form in page.soup.select("form")}
