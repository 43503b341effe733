// What the form does beyond HTML: counts words, keeps the unsent letter, sends once.
import { fillIn, forgetDraft, isWorthKeeping, keepDraft, readDraft, remember, typedInto } from "./draft.js";
import { wordCounter } from "./words.js";

const form = document.getElementById("letter-form");
const { paper } = form.dataset;
const body = form.elements.body;

function later(action, delay) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(action, delay);
  };
}

// The count as one types, and, to those who listen, after a pause.
const shown = document.getElementById("count");
const spoken = document.getElementById("count-spoken");
const count = wordCounter(form.dataset);
const limits = JSON.parse(shown.dataset.limits);

function countMessage() {
  const words = count(body.value);
  const { minimum, maximum } = limits[form.elements.category?.value] ?? limits.general;
  const { someLeft, tooFew, tooMany } = shown.dataset;
  const [sentence, limit] =
    words > maximum ? [tooMany, maximum] : words && words < minimum ? [tooFew, minimum] : [someLeft, maximum];
  shown.classList.toggle("over", words > maximum);
  const numbers = { words, limit, difference: Math.abs(limit - words) };
  return sentence.replace(/\{(\w+)\}/g, (_, name) => numbers[name].toLocaleString(document.documentElement.lang));
}

const showCount = () => {
  shown.textContent = countMessage();
};
const speakCount = later(() => {
  spoken.textContent = countMessage();
}, 1500);

// The unsent letter, and the key by which the server knows it.
const key = form.elements.submission_key;
const note = document.getElementById("draft-note");
const clear = document.getElementById("clear");

const keep = () => (isWorthKeeping(form) ? keepDraft(paper, form) : forgetDraft(paper));
const keepSoon = later(keep, 400);

function clearForm() {
  for (const field of form.elements) {
    if (field.type === "checkbox") field.checked = false;
    else if (!["hidden", "submit", "button", "select-one"].includes(field.type)) field.value = "";
  }
  forgetDraft(paper);
  // What is written from here on is another letter than any that this page has sent.
  key.value = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16)).join("");
  remember({ submission_key: key.value });
  note.hidden = true;
  showCount();
  form.elements.name.focus();
}

const isFresh = form.dataset.fresh === "yes";
if (isFresh && history.state?.fields) fillIn(form, history.state);
// A page that the browser shows again holds its own text; an untouched one takes the draft, and so does
// one whose letter the draft is.
const draft = readDraft(paper);
if (draft && isFresh && (!isWorthKeeping(form) || draft.fields.submission_key === key.value)) {
  fillIn(form, draft);
  note.textContent = note.dataset.restored;
  note.hidden = false;
}
remember({ ...history.state?.fields, submission_key: key.value });

let isChanged = false;
form.addEventListener("input", () => {
  isChanged = true;
  showCount();
  speakCount();
  keepSoon();
});
// A letter that was sent, gone back to and left alone is no unsent one.
window.addEventListener("pagehide", () => {
  if (isChanged) keep();
});
clear.addEventListener("click", () => {
  if (window.confirm(clear.dataset.question)) clearForm();
});

// While very many letters arrive, the browser works for this one as it is written.
if (form.dataset.workBits) import("./proof.js").then(({ prove }) => prove(form));

// One press sends once; the button works again if the page comes back, or if nothing came of the press.
const send = form.querySelector("button[type=submit]");
const PATIENCE = 10_000;

function allowSending() {
  delete form.dataset.sending;
  send.removeAttribute("aria-disabled");
}

form.addEventListener("submit", (event) => {
  if (form.dataset.sending) {
    event.preventDefault();
    return;
  }
  form.dataset.sending = "yes";
  send.setAttribute("aria-disabled", "true");
  setTimeout(allowSending, PATIENCE);
  keep();
  remember(typedInto(form));
});
window.addEventListener("pageshow", allowSending);

shown.hidden = clear.hidden = document.getElementById("draft-hint").hidden = false;
showCount();
