// The letter form: keeps a draft, sends once. Counting the words is a script of its own: where it fails, as in a
// page that was changed by a translating program, nothing typed is lost.
import {
  deleteDraft,
  fieldValues,
  fillIn,
  hasInput,
  nameDraft,
  readDraft,
  saveDraft,
  saveInHistory,
} from "./draft.js";

const form = document.getElementById("letter-form");
const { paper } = form.dataset;

// The draft, and the submission key, by which the server recognises a letter sent twice.
const submissionKey = form.elements.submission_key;
const note = document.getElementById("draft-note");
const clearButton = document.getElementById("clear");


// The fields of the last press of "Send", as text. When they are in the form and their draft is gone, the letter was
// stored: a change that is taken back doesn't make the draft again.
let lastSent = "";
const fieldsAsText = () => JSON.stringify(fieldValues(form));
const wasStored = () => fieldsAsText() === lastSent && !readDraft(paper);

let timer = 0; // not 0 while there is something to save
function cancelUpdate() {
  clearTimeout(timer);
  timer = 0;
}

function updateDraft() {
  cancelUpdate();
  if (!hasInput(form)) deleteDraft(paper);
  else if (!wasStored()) saveDraft(paper, form);
}

function updateDraftSoon() {
  cancelUpdate();
  timer = setTimeout(updateDraft, 400);
}

function clearForm() {
  for (const field of form.elements) {
    if (field.type === "checkbox") field.checked = false;
    else if (field.type === "select-one") field.value = field.dataset.default ?? field.options[0].value;
    else if (!["hidden", "submit", "button"].includes(field.type)) field.value = "";
  }
  cancelUpdate();
  deleteDraft(paper);
  // A new submission key: what is typed from here on is another letter.
  submissionKey.value = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16)).join("");
  saveInHistory({ submission_key: submissionKey.value });
  note.hidden = true;
  form.dispatchEvent(new Event("filled"));
  form.elements.name.focus();
}

const isFresh = form.dataset.fresh === "yes";
if (isFresh && history.state?.fields) fillIn(form, history.state);
// The browser may have restored the fields. The draft is filled in if they are empty, or if both are the same
// letter.
const draft = readDraft(paper);
if (draft && isFresh && (!hasInput(form) || draft.fields.submission_key === submissionKey.value)) {
  fillIn(form, draft);
  // On a shared computer the draft may be somebody else's.
  const name = form.elements.name.value.trim();
  let sentence = name ? note.dataset.restoredBy.replace("{name}", () => name) : note.dataset.restored;
  if (draft.wasSent) sentence = note.dataset.unanswered;
  note.querySelector("[role=status]").textContent = sentence;
  note.hidden = false;
}
if (history.state?.wasSent) lastSent = fieldsAsText();
saveInHistory({ ...history.state?.fields, submission_key: submissionKey.value });
// The server has returned the text unsent, perhaps with a new submission key.
if (!isFresh && hasInput(form)) saveDraft(paper, form);

// The direction of the letter, from its first letter. The browser's own dir="auto" takes half a minute for a pasted
// megabyte, as it looks at each paragraph again and again.
const { body } = form.elements;
const RIGHT_TO_LEFT = /^\P{L}*[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

function setDirection() {
  body.dir = RIGHT_TO_LEFT.test(body.value.slice(0, 1000)) ? "rtl" : "ltr";
}

form.addEventListener("filled", setDirection);
form.addEventListener("input", setDirection);

form.addEventListener("input", updateDraftSoon);
// Only what was typed since the draft was saved: another page may have sent the letter and deleted the draft.
window.addEventListener("pagehide", () => {
  if (timer) updateDraft();
});
clearButton.addEventListener("click", () => {
  if (window.confirm(clearButton.dataset.question)) clearForm();
});
document.getElementById("not-mine").addEventListener("click", clearForm);

// On a busy desk the browser computes the proof of work while the letter is being written.
if (form.dataset.workBits) import("./proof.js").then(({ addProofOfWork }) => addProofOfWork(form));

// One press sends once; the button works again after "back", or after 10 seconds without a response.
const sendButton = form.querySelector("button[type=submit]");
const SEND_TIMEOUT = 10_000;

function allowSending() {
  delete form.dataset.sending;
  sendButton.removeAttribute("aria-disabled");
}

form.addEventListener("submit", (event) => {
  if (form.dataset.sending) {
    event.preventDefault();
    return;
  }
  form.dataset.sending = "yes";
  sendButton.setAttribute("aria-disabled", "true");
  setTimeout(allowSending, SEND_TIMEOUT);
  cancelUpdate();
  const wasSent = event.submitter?.value !== "language";
  saveDraft(paper, form, { wasSent });
  nameDraft(form, paper);
  lastSent = wasSent ? fieldsAsText() : "";
  saveInHistory(fieldValues(form), { wasSent });
});
window.addEventListener("pageshow", allowSending);

clearButton.hidden = document.getElementById("draft-hint").hidden = false;
form.dispatchEvent(new Event("filled"));
