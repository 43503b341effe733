"""E-mails to writers about their letters: receipt, confirmation, decision and its draft, approval.

They are rendered as text and HTML from ``templates/mail`` in the writer's language and returned for the
outbox, not sent; no letter is changed. They need an application context, for the templates and translations.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime

from flask import render_template
from flask_babel import LazyString, force_locale, gettext, lazy_gettext

from webapp.correspondence.receipts import Receipts
from webapp.correspondence.sender import sender
from webapp.letters.intake.email_confirmation import ConfirmLinks
from webapp.messages.outbox import OutgoingMessage
from webapp.rules.enums import DeclineReason, MessageKind
from webapp.rules.policy import Paper, Policy
from webapp.rules.text_cleaning import clean_line
from webapp.store.models import Letter
from webapp.wording.letter_status import DECLINE_TEXTS
from webapp.wording.locale_formats import force_country
from webapp.wording.text_format import grouped_reference, isolated

SUBJECTS: dict[MessageKind, LazyString] = {
    MessageKind.RECEIPT: lazy_gettext("We have your letter"),
    MessageKind.CONFIRMATION: lazy_gettext("Please confirm your e-mail address"),
    MessageKind.DECISION: lazy_gettext("Your letter"),
    MessageKind.APPROVAL: lazy_gettext("May we print your letter like this?"),
}
"""How the subjects begin; reference, headline and paper follow."""
MAX_SUBJECT_HEADLINE = 60
"""Characters of a headline in a subject; lists of messages show about as many of a whole subject."""
_DIRECTION_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Correspondence:
    """Renders an installation's messages to writers.

    The methods that return a message return None where the writer has given no e-mail address, or it has been
    purged. The receipt and the confirmation contain the link that confirms the address.

    Attributes:
        base_url: The installation's base URL, without a slash at the end.
        links: Makes the tokens of links that confirm an e-mail address.
        receipts: Renders the receipts.
    """

    base_url: str
    links: ConfirmLinks
    receipts: Receipts = field(default_factory=Receipts)

    def own_page(self, token: str) -> str:
        """Return the URL of the writer's own page for the letter that ``token`` belongs to."""
        return f"{self.base_url}/letters/{token}"

    def receipt(self, letter: Letter, policy: Policy) -> OutgoingMessage | None:
        """Return the receipt for a letter that is about to be stored."""
        return self._to_writer(MessageKind.RECEIPT, letter, policy)

    def confirmation(self, letter: Letter, policy: Policy) -> OutgoingMessage | None:
        """Return the message that asks the writer again to confirm the e-mail address.

        That it is unconfirmed, and how often this was sent, isn't checked.
        """
        return self._to_writer(MessageKind.CONFIRMATION, letter, policy)

    def decision_draft(self, letter: Letter, policy: Policy, reason: DeclineReason) -> str:
        """Return the suggested text for declining a letter for ``reason``: the policy's, or a general one.

        Both are in the writer's language, the policy's where it gives the text in it. The letter's
        reference and the paper's title aren't in it; the template of the message adds them.
        """
        paper_text = policy.declining.texts.get(reason)
        if paper_text:
            return paper_text.in_language(letter.language)
        with force_locale(letter.language):
            return str(gettext("Thank you for your letter. %(reason)s", reason=DECLINE_TEXTS[reason]))

    def decision(self, letter: Letter, policy: Policy, text: str) -> OutgoingMessage | None:
        """Return the message that tells the writer of the decision, with ``text`` as the editor wrote it."""
        return self._to_writer(MessageKind.DECISION, letter, policy, text=text)

    def approval(self, letter: Letter, policy: Policy, deadline: datetime) -> OutgoingMessage | None:
        """Return the message that asks the writer to approve the edited version, until ``deadline``.

        The version is on the writer's own page, to which it links. ``None`` without an e-mail address.
        """
        return self._to_writer(MessageKind.APPROVAL, letter, policy, deadline=deadline)

    def _to_writer(
        self, kind: MessageKind, letter: Letter, policy: Policy, **template_values: object
    ) -> OutgoingMessage | None:
        recipient = letter.particulars.email if letter.particulars else ""
        if not recipient:
            return None
        page = self.own_page(letter.token)
        confirm = f"{page}/confirm/{self.links.sign(letter)}"
        with force_locale(letter.language), force_country(policy.paper.country):
            if kind is MessageKind.RECEIPT:
                text, html = self.receipts.render(letter, policy, page=page, confirm=confirm)
            else:
                context = {
                    "letter": letter,
                    "policy": policy,
                    "page": page,
                    "confirm": confirm,
                    **template_values,
                }
                text = render_template(f"mail/{kind.value}.txt", **context)
                html = render_template(f"mail/{kind.value}.html", **context)
            return OutgoingMessage(
                kind=kind,
                sender=sender(policy.paper, self.base_url),
                recipient=recipient,
                language=letter.language,
                subject=_subject(kind, letter, policy.paper),
                text_body=text,
                html_body=html,
            )


def _subject(kind: MessageKind, letter: Letter, paper: Paper) -> str:
    """Return the subject: what the message says, the letter's reference and headline, and the paper.

    Mail programs group messages by subject: those about two letters must differ.
    """
    reference, headline = grouped_reference(letter.reference), _short_headline(letter.headline)
    return str(
        gettext(
            "%(sentence)s – %(letter)s – %(paper)s",
            sentence=SUBJECTS[kind],
            letter=gettext("%(reference)s “%(headline)s”", reference=reference, headline=isolated(headline))
            if headline
            else reference,
            paper=isolated(clean_line(paper.title)),
        )
    )


def _short_headline(headline: str) -> str:
    """Return a headline in one line of at most `MAX_SUBJECT_HEADLINE` characters, cut between words.

    Characters that change the direction of writing are left out: they would turn round what follows.
    """
    line = clean_line(_DIRECTION_CONTROLS.sub("", headline))
    if len(line) <= MAX_SUBJECT_HEADLINE:
        return line
    # Where the last word would be most of the line, as in scripts without spaces, it is cut.
    kept = line[:MAX_SUBJECT_HEADLINE]
    words = kept.rpartition(" ")[0]
    return f"{words if len(words) > MAX_SUBJECT_HEADLINE / 2 else kept[:-1]}…"
