// The letter form: shows the word count as one types, keeps a draft, sends once.
import { deleteDraft, fieldValues, fillIn, hasInput, readDraft, saveDraft, saveInHistory } from "./draft.js";
import { wordCounter } from "./words.js";

const form = document.getElementById("letter-form");
const { paper } = form.dataset;
const body = form.elements.body;

function debounce(action, delay) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(action, delay);
  };
}

// The word count as one types; for screen readers after a pause of 1.5 seconds.
const countShown = document.getElementById("count");
const countSpoken = document.getElementById("count-spoken");
const countWords = wordCounter(form.dataset);
const limits = JSON.parse(countShown.dataset.limits);

function countMessage() {
  const words = countWords(body.value);
  const { minimum, maximum } = limits[form.elements.category?.value] ?? limits.general;
  const { someLeft, tooFew, tooMany } = countShown.dataset;
  const [sentence, limit] =
    words > maximum ? [tooMany, maximum] : words && words < minimum ? [tooFew, minimum] : [someLeft, maximum];
  countShown.classList.toggle("over", words > maximum);
  const numbers = { words, limit, difference: Math.abs(limit - words) };
  return sentence.replace(/\{(\w+)\}/g, (_, name) => numbers[name].toLocaleString(document.documentElement.lang));
}

const showCount = () => {
  countShown.textContent = countMessage();
};
const speakCount = debounce(() => {
  countSpoken.textContent = countMessage();
}, 1500);

// The draft, and the submission key, by which the server recognises a letter sent twice.
const submissionKey = form.elements.submission_key;
const note = document.getElementById("draft-note");
const clearButton = document.getElementById("clear");

const updateDraft = () => (hasInput(form) ? saveDraft(paper, form) : deleteDraft(paper));
const updateDraftSoon = debounce(updateDraft, 400);

function clearForm() {
  for (const field of form.elements) {
    if (field.type === "checkbox") field.checked = false;
    else if (!["hidden", "submit", "button", "select-one"].includes(field.type)) field.value = "";
  }
  deleteDraft(paper);
  // A new submission key: what is typed from here on is another letter.
  submissionKey.value = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16)).join("");
  saveInHistory({ submission_key: submissionKey.value });
  note.hidden = true;
  showCount();
  form.elements.name.focus();
}

const isFresh = form.dataset.fresh === "yes";
if (isFresh && history.state?.fields) fillIn(form, history.state);
// The browser may have restored the fields. The draft is filled in if they are empty, or if both are the same
// letter.
const draft = readDraft(paper);
if (draft && isFresh && (!hasInput(form) || draft.fields.submission_key === submissionKey.value)) {
  fillIn(form, draft);
  note.textContent = note.dataset.restored;
  note.hidden = false;
}
saveInHistory({ ...history.state?.fields, submission_key: submissionKey.value });

let hasChanges = false;
form.addEventListener("input", () => {
  hasChanges = true;
  showCount();
  speakCount();
  updateDraftSoon();
});
// Going back to a sent letter and leaving it unchanged makes no draft.
window.addEventListener("pagehide", () => {
  if (hasChanges) updateDraft();
});
clearButton.addEventListener("click", () => {
  if (window.confirm(clearButton.dataset.question)) clearForm();
});

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
  updateDraft();
  saveInHistory(fieldValues(form));
});
window.addEventListener("pageshow", allowSending);

countShown.hidden = clearButton.hidden = document.getElementById("draft-hint").hidden = false;
showCount();
