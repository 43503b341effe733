// Works out what a busy desk asks for, while the letter is being written. A press that comes too early waits.

export function prove(form) {
  const { stamp, submission_key: key, proof } = form.elements;
  const send = form.querySelector("button[type=submit]");
  let workedFor = "";
  let worker = null;
  let isPressed = false;

  // The proof is for the key of this letter, which changes when the form is cleared.
  function work() {
    if (workedFor === key.value) return;
    workedFor = key.value;
    proof.value = "";
    worker?.terminate();
    worker = new Worker(new URL("./proof-worker.js", import.meta.url));
    worker.onmessage = ({ data }) => done(data);
    // Whatever keeps it from working: the letter goes without, and having waited counts as well.
    worker.onerror = () => done("");
    worker.postMessage({ text: `${stamp.value}:${key.value}:`, bits: Number(form.dataset.workBits) });
  }

  function done(found) {
    worker?.terminate();
    worker = null;
    proof.value = found;
    if (!isPressed) return;
    isPressed = false;
    send.removeAttribute("aria-disabled");
    form.requestSubmit(send);
  }

  form.addEventListener(
    "submit",
    (event) => {
      work();
      if (!worker) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      isPressed = true;
      send.setAttribute("aria-disabled", "true");
    },
    { capture: true },
  );
  work();
}
