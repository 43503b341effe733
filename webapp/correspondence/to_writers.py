"""What is written to whom: messages made of the templates in ``templates/mail``, for the outbox.

Needs an application context, for the templates and the language.
"""

from dataclasses import dataclass, field
from datetime import datetime

from flask import render_template
from flask_babel import force_locale, gettext

from webapp.correspondence.receipts import Receipts
from webapp.correspondence.sender import sender
from webapp.letters.intake.email_confirmation import ConfirmLinks
from webapp.messages.outbox import OutgoingMessage
from webapp.rules.policy import Paper, Policy
from webapp.rules.states import DeclineReason, MessageKind
from webapp.rules.submission import clean_line
from webapp.store.models import Letter
from webapp.wording.states import DECLINE_TEXTS


@dataclass(frozen=True, slots=True)
class Correspondence:
    """Writes an installation's messages.

    Attributes:
        base_url: Where the reader's pages are, without a slash at the end.
        links: Makes the links that prove an address.
        receipts: Words the receipts.
    """

    base_url: str
    links: ConfirmLinks
    receipts: Receipts = field(default_factory=Receipts)

    def own_page(self, token: str) -> str:
        """Return the address of the letter's own page that ``token`` opens."""
        return f"{self.base_url}/letters/{token}"

    def receipt(self, letter: Letter, policy: Policy) -> OutgoingMessage | None:
        """Return the receipt for a letter that was just taken in; nothing where its writer has no address."""
        return self._to_writer(MessageKind.RECEIPT, letter, policy)

    def confirmation(self, letter: Letter, policy: Policy) -> OutgoingMessage | None:
        """Return the message that asks, once more, to confirm the address."""
        return self._to_writer(MessageKind.CONFIRMATION, letter, policy)

    def decision_draft(self, letter: Letter, policy: Policy, reason: DeclineReason) -> str:
        """Return what the paper says to a writer whose letter it declines for that reason."""
        own = policy.declining.texts.get(reason)
        if own:
            return own
        with force_locale(letter.language):
            return str(gettext("Thank you for your letter. %(reason)s", reason=DECLINE_TEXTS[reason]))

    def decision(self, letter: Letter, policy: Policy, text: str) -> OutgoingMessage | None:
        """Return the message by which a writer hears, in those words, what was decided."""
        return self._to_writer(MessageKind.DECISION, letter, policy, text=text)

    def approval(self, letter: Letter, policy: Policy, deadline: datetime) -> OutgoingMessage | None:
        """Return the message that asks a writer to look at the edited version."""
        return self._to_writer(MessageKind.APPROVAL, letter, policy, deadline=deadline)

    def _to_writer(
        self, kind: MessageKind, letter: Letter, policy: Policy, **more: object
    ) -> OutgoingMessage | None:
        recipient = letter.particulars.email if letter.particulars else ""
        if not recipient:
            return None
        page = self.own_page(letter.token)
        confirm = f"{page}/confirm/{self.links.proof(letter)}"
        with force_locale(letter.language):
            if kind is MessageKind.RECEIPT:
                text, html = self.receipts.words(letter, policy, page=page, confirm=confirm)
            else:
                context = {"letter": letter, "policy": policy, "page": page, "confirm": confirm, **more}
                text = render_template(f"mail/{kind.value}.txt", **context)
                html = render_template(f"mail/{kind.value}.html", **context)
            return OutgoingMessage(
                kind=kind,
                sender=sender(policy.paper, self.base_url),
                recipient=recipient,
                language=letter.language,
                subject=_subject(kind, policy.paper),
                text_body=text,
                html_body=html,
            )


def _subject(kind: MessageKind, paper: Paper) -> str:
    title = clean_line(paper.title)
    if kind is MessageKind.DECISION:
        return str(gettext("Your letter – %(paper)s", paper=title))
    if kind is MessageKind.APPROVAL:
        return str(gettext("May we print your letter like this? – %(paper)s", paper=title))
    if kind is MessageKind.CONFIRMATION:
        return str(gettext("Please confirm your e-mail address – %(paper)s", paper=title))
    return str(gettext("We have your letter – %(paper)s", paper=title))
