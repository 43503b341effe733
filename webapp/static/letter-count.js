// The word count of the letter as one types; for screen readers after a pause of 1.5 seconds.
import { afterPause, wordCounter } from "./words.js";

const form = document.getElementById("letter-form");
const { body } = form.elements;
const countShown = document.getElementById("count");
const countSpoken = document.getElementById("count-spoken");
const countWords = wordCounter(form.dataset);
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
  const words = countWords(body.value);
  const { minimum, maximum } = limits[form.elements.category?.value] ?? limits.general;
  const { someLeft, tooFew, tooMany } = countShown.dataset;
  const [sentence, limit] =
    words > maximum ? [tooMany, maximum] : words && words < minimum ? [tooFew, minimum] : [someLeft, maximum];
  countShown.classList.toggle("over", words > maximum);
  const numbers = { words, limit, difference: Math.abs(limit - words) };
  return sentence.replace(/\{(\w+)\}/g, (_, name) => inDigits(numbers[name]));
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
