// The letter was stored: deletes its draft, unless the draft is already another letter.
import { deleteDraft, deleteHandledDraft, readDraft } from "./draft.js";

// The answer to a form names its draft in the fragment, also where the letter had been stored before, from another
// form. The reader saves the address of this page: it is shown without the fragment.
const handled = new URLSearchParams(location.hash.slice(1)).get("draft");
if (handled) {
  deleteHandledDraft(handled);
  history.replaceState(history.state, "", location.pathname + location.search);
}

// The page was opened in another way, and the answer to the form may have been lost: its draft has the letter's
// submission key and was not changed since it was sent.
const { papers, submissionKey } = document.querySelector("[data-submission-key]").dataset;
for (const paper of papers.split(" ")) {
  const draft = readDraft(paper);
  if (draft?.wasSent && draft.fields.submission_key === submissionKey) deleteDraft(paper);
}
