// The letter was stored: deletes its draft, unless the draft is already another letter.
import { deleteDraft, readDraft } from "./draft.js";

const { paper, submissionKey } = document.getElementById("receipt").dataset;
const draft = readDraft(paper);
if (draft && draft.fields.submission_key === submissionKey) deleteDraft(paper);
