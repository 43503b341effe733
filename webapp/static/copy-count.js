// The length of an edited version as one types; for screen readers after a pause of 1.5 seconds.
import { afterPause, wordCounter } from "./words.js";

const form = document.getElementById("copy-form");
const { body } = form.elements;
const lengthShown = document.getElementById("count");
const lengthSpoken = document.getElementById("count-spoken");

function lengthSentence(countWords) {
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

if (lengthShown) {
  const countWords = wordCounter(form.dataset);
  const speak = afterPause(() => {
    lengthSpoken.textContent = lengthShown.textContent;
  });
  form.addEventListener("input", () => {
    lengthShown.textContent = lengthSentence(countWords);
    speak();
  });
  // The text of a draft may have been filled in by now.
  lengthShown.textContent = lengthSentence(countWords);
}
