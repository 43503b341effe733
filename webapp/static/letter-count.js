// The length of the letter as one types; for screen readers after a pause of 1.5 seconds.
import { afterPause, heldAgainst, lengthCounter } from "./lengths.js";

const form = document.getElementById("letter-form");
const { body } = form.elements;
const countShown = document.getElementById("count");
const countSpoken = document.getElementById("count-spoken");
const measure = lengthCounter(form.dataset);
const limitsByKind = JSON.parse(countShown.dataset.limits);

// A program that translates pages may set a language that is no language tag.
function inDigits(number) {
  try {
    return number.toLocaleString(document.documentElement.lang);
  } catch {
    return String(number);
  }
}

function countMessage() {
  const limits = limitsByKind[form.elements.category?.value] ?? limitsByKind.general;
  const length = measure(body.value, limits.unit, limits.lineLength);
  // A letter that isn't begun is not too short.
  const [sentence, limit] = heldAgainst(length, length ? limits : { ...limits, minimum: 0 });
  countShown.classList.toggle("over", sentence === "over");
  const values = {
    length: inDigits(length),
    limit: limits.shown[limit],
    difference: inDigits(Math.abs(limits[limit] - length)),
  };
  return countShown.dataset[sentence].replace(/\{(\w+)\}/g, (_, name) => values[name]);
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
