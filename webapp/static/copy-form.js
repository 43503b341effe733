// The form that edits a version: shows its length as one types, keeps unsaved text in the browser.
import { deleteDraft, fillIn, readDraft, saveDraft } from "./draft.js";
import { wordCounter } from "./words.js";

const form = document.getElementById("copy-form");
const { body, headline } = form.elements;
const draftKey = `copy:${form.dataset.reference}`;

// The length as one types; for screen readers after a pause of 1.5 seconds.
const lengthShown = document.getElementById("count");
const lengthSpoken = document.getElementById("count-spoken");
const countWords = wordCounter(form.dataset);

function lengthSentence() {
  const [minimum, maximum, original] = ["minimum", "maximum", "original"].map((name) => Number(lengthShown.dataset[name]));
  const words = countWords(body.value);
  const against = words > maximum ? "over" : words < minimum ? "short" : "left";
  const change = words === original ? "same" : words < original ? "cut" : "grown";
  lengthShown.classList.toggle("over", words > maximum);
  const fill = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const limit = against === "short" ? minimum : maximum;
  const length = fill(lengthShown.dataset[against], { words, limit, difference: Math.abs(words - limit) });
  return fill(lengthShown.dataset[change], { length, change: Math.abs(original - words) });
}

let pause = 0;
function showLength() {
  if (!lengthShown) return;
  lengthShown.textContent = lengthSentence();
  clearTimeout(pause);
  pause = setTimeout(() => {
    lengthSpoken.textContent = lengthShown.textContent;
  }, 1500);
}

// Unsaved text is a draft until it is sent; if the server returns it unsaved, it is a draft again.
const note = document.getElementById("draft-note");
const saved = { headline: headline.defaultValue, body: body.defaultValue };
const hasChanges = () => headline.value !== saved.headline || body.value !== saved.body;
const updateDraft = () => (hasChanges() ? saveDraft(draftKey, form) : deleteDraft(draftKey));

const draft = readDraft(draftKey);
if (form.dataset.fresh === "no") {
  saveDraft(draftKey, form);
} else if (draft && !hasChanges()) {
  // The draft has the number of its base version: the server refuses it if there is a newer one.
  fillIn(form, draft);
  note.textContent = note.dataset.restored;
  note.hidden = !hasChanges();
}

form.addEventListener("input", () => {
  showLength();
  updateDraft();
});
form.addEventListener("submit", () => deleteDraft(draftKey));
if (lengthShown) lengthShown.textContent = lengthSentence();
