// The letter has arrived: its draft is not needed any more, unless another letter was begun meanwhile.
import { forgetDraft, readDraft } from "./draft.js";

const { paper, submissionKey } = document.getElementById("receipt").dataset;
const draft = readDraft(paper);
if (draft && draft.fields.submission_key === submissionKey) forgetDraft(paper);
