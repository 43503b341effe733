// The length of the letter as one types; for screen readers after a pause of 1.5 seconds.
import { afterPause, lengthCounter } from "./lengths.js";

const form = document.getElementById("letter-form");
const { body } = form.elements;
const countShown = document.getElementById("count");
const countSpoken = document.getElementById("count-spoken");
const measure = lengthCounter(form.dataset);
const limits = JSON.parse(countShown.dataset.limits);

// A program that translates pages may set a language that is no language tag.
function inDigits(number) {
  try {
    return number.toLocaleString(document.documentElement.lang);
  } catch {
    return String(number);
  }
}

function countMessage() {
  const { unit, lineLength, minimum, maximum, preferred, shown } =
    limits[form.elements.category?.value] ?? limits.general;
  const length = measure(body.value, unit, lineLength);
  const isOver = maximum !== null && length > maximum;
  countShown.classList.toggle("over", isOver);
  const { noneSet, someLeft, preferred: preferably, tooFew, tooMany } = countShown.dataset;
  const message = (sentence, name, limit) => {
    const values = { length: inDigits(length), limit: shown[name], difference: inDigits(Math.abs(limit - length)) };
    return sentence.replace(/\{(\w+)\}/g, (_, key) => values[key]);
  };
  if (isOver) return message(tooMany, "maximum", maximum);
  if (length && length < minimum) return message(tooFew, "minimum", minimum);
  if (preferred !== null) return message(preferably, "preferred", preferred);
  if (maximum !== null) return message(someLeft, "maximum", maximum);
  return message(noneSet, "", 0);
}

function show() {
  countShown.textContent = countMessage();
  countShown.hidden = false;
}

const speak = afterPause(() => {
  countSpoken.textContent = countShown.textContent;
});

form.addEventListener("input", () => {
  show();
  speak();
});
// "Clear the form" and a restored draft change the text without an input event.
form.addEventListener("filled", show);
show();
