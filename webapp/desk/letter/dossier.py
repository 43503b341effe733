"""A letter's dossier, as one file.

It is a page of HTML that needs nothing beside itself: whoever gets it, a lawyer or a press council, opens
it with a double click, reads it, searches it and prints it, today and in thirty years. No archive has to be
unpacked and no program bought. Its SHA-256 stands in the letter's history, which nobody can change, so that
a file that turns up later can be held against it.
"""

import hashlib
from base64 import b64encode
from io import BytesIO

from flask import render_template, request, send_file
from werkzeug.wrappers import Response as AnyResponse

from webapp.desk.access import signed_in
from webapp.desk.blueprint import desk
from webapp.desk.letter.card_forms import DossierForm
from webapp.desk.letter.page import changing_letter
from webapp.installation.clock import now
from webapp.letters.privacy.dossier import letter_for_dossier, record_dossier, without_secrets
from webapp.web.services import services
from webapp.wording.text_format import spoken


@desk.post("/letters/<reference>/dossier")
def take_dossier(reference: str) -> AnyResponse:
    """Give everything that is kept of the letter, with the writer's particulars where they are asked for."""
    editor, moment = signed_in().editor, now()
    with changing_letter() as session:
        letter = letter_for_dossier(session, reference)
        is_known = letter.particulars is not None and letter.particulars.contact is not None
        wanted = is_known and bool(DossierForm(request.form).particulars.data)

        def shown(text: str) -> str:
            return without_secrets(text, letter, with_particulars=wanted)

        page = render_template(
            "desk/dossier.html",
            letter=letter,
            particulars=letter.particulars if wanted else None,
            policy=services().policy(letter.paper),
            editor=editor,
            now=moment,
            shown=shown,
        ).encode()
        digest = hashlib.sha256(page)
        record_dossier(
            session, letter, digest.hexdigest(), with_particulars=wanted, by=editor.actor, now=moment
        )
    response = send_file(
        BytesIO(page),
        "text/html; charset=utf-8",
        as_attachment=True,
        download_name=f"letter-{spoken(reference)}-{moment:%Y-%m-%d}.html",
    )
    response.headers["Repr-Digest"] = f"sha-256=:{b64encode(digest.digest()).decode()}:"
    response.headers["Cache-Control"] = "no-store"
    return response
