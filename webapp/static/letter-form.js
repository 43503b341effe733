// What the form does beyond HTML: counts words, keeps the unsent letter, sends once.
import { fillIn, forgetDraft, isWorthKeeping, keepDraft, readDraft } from "./draft.js";
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

// The unsent letter.
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
  note.hidden = true;
  showCount();
  form.elements.name.focus();
}

// A page that the browser shows again holds its own text; only an untouched one takes the draft.
const draft = readDraft(paper);
if (draft && form.dataset.fresh === "yes" && !isWorthKeeping(form)) {
  fillIn(form, draft);
  note.textContent = note.dataset.restored;
  note.hidden = false;
}

form.addEventListener("input", () => {
  showCount();
  speakCount();
  keepSoon();
});
window.addEventListener("pagehide", () => {
  if (isWorthKeeping(form)) keepDraft(paper, form);
});
clear.addEventListener("click", () => {
  if (window.confirm(clear.dataset.question)) clearForm();
});

// One press sends once; the button works again if the page comes back.
const send = form.querySelector("button[type=submit]");
form.addEventListener("submit", (event) => {
  if (form.dataset.sending) event.preventDefault();
  form.dataset.sending = "yes";
  send.setAttribute("aria-disabled", "true");
  keep();
});
window.addEventListener("pageshow", () => {
  delete form.dataset.sending;
  send.removeAttribute("aria-disabled");
});

shown.hidden = clear.hidden = document.getElementById("draft-hint").hidden = false;
showCount();
