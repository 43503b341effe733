// What the editing form does beyond HTML: counts words against the limit and the original, keeps what is unsaved.
import { fillIn, forgetDraft, keepDraft, readDraft } from "./draft.js";
import { wordCounter } from "./words.js";

const form = document.getElementById("copy-form");
const { body, headline } = form.elements;
const draftKey = `copy:${form.dataset.reference}`;

// The count as one types, and, to those who listen, after a pause.
const shown = document.getElementById("count");
const spoken = document.getElementById("count-spoken");
const count = wordCounter(form.dataset);

function lengthSentence() {
  const [minimum, maximum, original] = ["minimum", "maximum", "original"].map((name) => Number(shown.dataset[name]));
  const words = count(body.value);
  const against = words > maximum ? "over" : words < minimum ? "short" : "left";
  const change = words === original ? "same" : words < original ? "cut" : "grown";
  shown.classList.toggle("over", words > maximum);
  const fill = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const limit = against === "short" ? minimum : maximum;
  const length = fill(shown.dataset[against], { words, limit, difference: Math.abs(words - limit) });
  return fill(shown.dataset[change], { length, change: Math.abs(original - words) });
}

let pause = 0;
function showLength() {
  if (!shown) return;
  shown.textContent = lengthSentence();
  clearTimeout(pause);
  pause = setTimeout(() => {
    spoken.textContent = shown.textContent;
  }, 1500);
}

// What is unsaved is kept until it is sent; a text that comes back unsaved is kept again.
const note = document.getElementById("draft-note");
const saved = { headline: headline.defaultValue, body: body.defaultValue };
const isChanged = () => headline.value !== saved.headline || body.value !== saved.body;
const keep = () => (isChanged() ? keepDraft(draftKey, form) : forgetDraft(draftKey));

const draft = readDraft(draftKey);
if (form.dataset.fresh === "no") {
  keepDraft(draftKey, form);
} else if (draft && !isChanged()) {
  // With the number of the version that it was made from: has it been overtaken, the server will say so.
  fillIn(form, draft);
  note.textContent = note.dataset.restored;
  note.hidden = !isChanged();
}

form.addEventListener("input", () => {
  showLength();
  keep();
});
form.addEventListener("submit", () => forgetDraft(draftKey));
if (shown) shown.textContent = lengthSentence();
