// The length of an edited version as one types; for screen readers after a pause of 1.5 seconds.
import { afterPause, heldAgainst, lengthCounter } from "./lengths.js";

const form = document.getElementById("copy-form");
const { body } = form.elements;
const lengthShown = document.getElementById("count");
const lengthSpoken = document.getElementById("count-spoken");

const fill = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_, name) => values[name]);

function lengthSentence(measure, limits, original) {
  const length = measure(body.value, limits.unit, limits.lineLength);
  const [sentence, name] = heldAgainst(length, limits);
  const change = length === original ? "same" : length < original ? "cut" : "grown";
  lengthShown.classList.toggle("over", sentence === "over");
  const difference = Math.abs(length - limits[name]);
  return fill(lengthShown.dataset[change], {
    length: fill(lengthShown.dataset[sentence], { length, limit: limits.shown[name], difference }),
    change: Math.abs(original - length),
  });
}

if (lengthShown) {
  const measure = lengthCounter(form.dataset);
  const limits = JSON.parse(lengthShown.dataset.limits);
  const original = Number(lengthShown.dataset.original);
  const speak = afterPause(() => {
    lengthSpoken.textContent = lengthShown.textContent;
  });
  const show = () => {
    lengthShown.textContent = lengthSentence(measure, limits, original);
  };
  form.addEventListener("input", () => {
    show();
    speak();
  });
  // The text of a draft may have been filled in by now.
  show();
}
