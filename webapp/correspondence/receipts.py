"""Text and HTML of the receipt e-mail, from a prefilled template for each paper and language.

It needs an application context, for the templates, with the writer's language as its locale.
"""

import secrets
from dataclasses import dataclass

from flask import render_template
from markupsafe import escape

from webapp.correspondence.prefilled_template import PrefilledTemplate
from webapp.rules.names import is_single_name
from webapp.rules.policy import Policy
from webapp.store.models import Channel, Letter
from webapp.wording.text_format import grouped_reference, paragraphs


@dataclass(frozen=True, slots=True)
class _ReceiptTemplate:
    """The receipt of one paper in one language, with placeholders for what differs between letters."""

    policy: Policy
    text: PrefilledTemplate
    html: PrefilledTemplate


class Receipts:
    """Renders receipts; the prefilled templates are cached.

    The key is the paper, the language, whether there is a headline, and whether the full name is asked for.
    """

    def __init__(self) -> None:
        self._templates: dict[tuple[str, str, bool, bool], _ReceiptTemplate] = {}

    def render(self, letter: Letter, policy: Policy, *, page: str, confirm: str) -> tuple[str, str]:
        """Return the receipt for ``letter`` as plain text and as HTML.

        Jinja renders the templates at the first call for a key of the cache, and again when ``policy`` is
        another object. The HTML has the values escaped; the text has them as they are. It asks the writer of
        an e-mail with a name of one part for the full name: the form asks for it before it takes a letter.

        Args:
            letter: The letter, just received.
            policy: The policy of its paper.
            page: The URL of the writer's own page.
            confirm: The URL that confirms the writer's e-mail address.
        """
        asks_full_name = _lacks_full_name(letter)
        key = (policy.paper.slug, letter.language, bool(letter.headline), asks_full_name)
        template = self._templates.get(key)
        if template is None or template.policy is not policy:
            template = self._templates[key] = _receipt_template(
                policy, with_headline=bool(letter.headline), asks_full_name=asks_full_name
            )
        text_values = {
            "reference": grouped_reference(letter.reference),
            "body": letter.body,
            "page": page,
            "confirm": confirm,
            "headline": letter.headline,
        }
        html_values = {name: str(escape(value)) for name, value in text_values.items() if name != "body"}
        html_values["body"] = str(paragraphs(letter.body))
        return template.text.filled(text_values), template.html.filled(html_values)


def _lacks_full_name(letter: Letter) -> bool:
    """Return whether a letter came by e-mail and its writer's name has one part only."""
    name = letter.particulars.name if letter.particulars else ""
    return letter.channel is Channel.MAIL and is_single_name(name)


def _receipt_template(policy: Policy, *, with_headline: bool, asks_full_name: bool) -> _ReceiptTemplate:
    """Render the receipt of a letter whose fields are random placeholders."""
    reference, page, confirm, headline, body = (secrets.token_hex() for _ in range(5))
    letter = Letter(reference=reference, headline=headline if with_headline else "", body=body)
    context = {
        "letter": letter,
        "policy": policy,
        "page": page,
        "confirm": confirm,
        "asks_full_name": asks_full_name,
    }
    placeholders = {
        grouped_reference(reference): "reference",
        page: "page",
        confirm: "confirm",
        headline: "headline",
    }
    return _ReceiptTemplate(
        policy,
        PrefilledTemplate(render_template("mail/receipt.txt", **context), {**placeholders, body: "body"}),
        PrefilledTemplate(
            render_template("mail/receipt.html", **context), {**placeholders, str(paragraphs(body)): "body"}
        ),
    )
