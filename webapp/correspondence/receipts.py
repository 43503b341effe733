"""The words of receipts: one goes out with each letter, and they differ in what is the letter's own alone.

Needs an application context, for the templates, with the language of the writer.
"""

import secrets
from dataclasses import dataclass

from flask import render_template
from markupsafe import escape

from webapp.correspondence.prefilled_template import PrefilledTemplate
from webapp.rules.policy import Policy
from webapp.store.models import Letter
from webapp.wording.text_format import paragraphs, spoken


@dataclass(frozen=True, slots=True)
class _Form:
    """A receipt of one paper in one language, with places for what is a letter's own."""

    policy: Policy
    text: PrefilledTemplate
    html: PrefilledTemplate


class Receipts:
    """Words receipts, each kind of which is rendered once."""

    def __init__(self) -> None:
        self._forms: dict[tuple[str, str, bool], _Form] = {}

    def words(self, letter: Letter, policy: Policy, *, page: str, confirm: str) -> tuple[str, str]:
        """Return the receipt for ``letter`` as text and as HTML.

        Args:
            letter: The letter, just received.
            policy: Its paper's.
            page: The address of the writer's own page.
            confirm: That of the link by which the writer's address is confirmed.
        """
        place = (policy.paper.slug, letter.language, bool(letter.headline))
        form = self._forms.get(place)
        if form is None or form.policy is not policy:
            form = self._forms[place] = _form(policy, with_headline=bool(letter.headline))
        own = {"page": page, "confirm": confirm, "headline": letter.headline}
        in_text = {"reference": spoken(letter.reference), "body": letter.body, **own}
        in_html = {name: str(escape(value)) for name, value in in_text.items() if name != "body"}
        return form.text.filled(in_text), form.html.filled({"body": str(paragraphs(letter.body)), **in_html})


def _form(policy: Policy, *, with_headline: bool) -> _Form:
    """Render the receipt for a letter of which nothing is known, whatever stands in it being a secret."""
    reference, page, confirm, headline, body = (secrets.token_hex() for _ in range(5))
    letter = Letter(reference=reference, headline=headline if with_headline else "", body=body)
    context = {"letter": letter, "policy": policy, "page": page, "confirm": confirm}
    places = {spoken(reference): "reference", page: "page", confirm: "confirm", headline: "headline"}
    return _Form(
        policy,
        PrefilledTemplate(render_template("mail/receipt.txt", **context), {**places, body: "body"}),
        PrefilledTemplate(
            render_template("mail/receipt.html", **context), {**places, str(paragraphs(body)): "body"}
        ),
    )
