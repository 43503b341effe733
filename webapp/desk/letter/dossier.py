"""The dossier of a letter: everything stored about it, downloaded as one HTML file.

The file needs no other file: its reader, such as a lawyer or a press council, opens it in any browser, reads,
searches and prints it, without unpacking an archive. The writer's particulars are in it only on request. Its
SHA-256 is recorded in the letter's history, which nobody can change, so that a file presented later can be
checked against it.
"""

import hashlib
from base64 import b64encode
from io import BytesIO

from flask import render_template, request, send_file
from werkzeug.wrappers import Response as AnyResponse

from webapp.desk.access import current_desk_user, require_role
from webapp.desk.blueprint import desk
from webapp.desk.letter.card_forms import DossierForm
from webapp.desk.letter.page import letter_transaction
from webapp.installation.clock import now
from webapp.letters.privacy.dossier import letter_for_dossier, record_dossier, redact
from webapp.store.models import Editor, Role
from webapp.web.services import services
from webapp.wording.text_format import grouped_reference


@desk.post("/letters/<reference>/dossier")
@require_role(Role.EDITOR)
def take_dossier(reference: str) -> AnyResponse:
    """Download the dossier, with the writer's particulars if selected.

    The history records the download and, if so, the look at the particulars. The file is rendered while the
    transaction holds a lock on the letter, so that it agrees with the record. The token of the writer's own
    page is always redacted; so are the particulars, where they occur exactly as stored (of them the name only
    if it is withheld), unless they are selected and haven't been purged. The header ``Repr-Digest`` has the
    file's SHA-256. 404 if there is no such letter.
    """
    editor, moment = current_desk_user().editor, now()
    with letter_transaction() as session:
        letter = letter_for_dossier(session, reference)
        has_contact = letter.particulars is not None and letter.particulars.contact is not None
        with_particulars = has_contact and bool(DossierForm(request.form).particulars.data)

        def redacted(text: str) -> str:
            return redact(text, letter, with_particulars=with_particulars)

        page = render_template(
            "desk/dossier.html",
            letter=letter,
            particulars=letter.particulars if with_particulars else None,
            policy=services().policy(letter.paper),
            taken_by=session.get_one(Editor, editor.editor_id).distinct_name,
            now=moment,
            redacted=redacted,
        ).encode()
        digest = hashlib.sha256(page)
        day = services().settings.local_date(moment, letter.paper)
        record_dossier(
            session,
            letter,
            digest.hexdigest(),
            with_particulars=with_particulars,
            by=editor.actor,
            now=moment,
        )
    response = send_file(
        BytesIO(page),
        "text/html; charset=utf-8",
        as_attachment=True,
        download_name=f"letter-{grouped_reference(reference)}-{day.isoformat()}.html",
    )
    response.headers["Repr-Digest"] = f"sha-256=:{b64encode(digest.digest()).decode()}:"
    response.headers["Cache-Control"] = "no-store"
    return response
