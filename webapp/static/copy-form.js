// The form that edits a version: keeps unsaved text in the browser until the server has saved it.
import { deleteDraft, fillIn, nameDraft, readDraft, saveDraft } from "./draft.js";

const form = document.getElementById("copy-form");
const { body, headline } = form.elements;
const draftKey = `copy:${form.dataset.reference}`;

const note = document.getElementById("draft-note");
const saved = { headline: headline.defaultValue, body: body.defaultValue };
const hasChanges = () => headline.value !== saved.headline || body.value !== saved.body;
const updateDraft = () => (hasChanges() ? saveDraft(draftKey, form) : deleteDraft(draftKey));
const isSaved = ({ fields }) => fields.headline === saved.headline && fields.body === saved.body;

const draft = readDraft(draftKey);
if (form.dataset.fresh === "no") {
  // The server has returned the text unsaved.
  saveDraft(draftKey, form);
} else if (draft && isSaved(draft)) {
  deleteDraft(draftKey);
} else if (draft && !hasChanges()) {
  // The draft has the number of its base version: the server refuses it if there is a newer one.
  fillIn(form, draft);
  note.textContent = note.dataset.restored;
  note.hidden = false;
}

form.addEventListener("input", updateDraft);
form.addEventListener("submit", () => {
  updateDraft();
  nameDraft(form, draftKey);
});
