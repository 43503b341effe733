// Proof of work for the letter form, computed in a worker. A press on "send" waits until it is found.

export function addProofOfWork(form) {
  const { stamp, submission_key: key, proof } = form.elements;
  const sendButton = form.querySelector("button[type=submit]");
  let provedKey = "";
  let worker = null;
  let isSendPending = false;

  // A proof is for one submission key, which changes when the form is cleared.
  function startWorker() {
    if (provedKey === key.value) return;
    provedKey = key.value;
    proof.value = "";
    worker?.terminate();
    worker = new Worker(new URL("./proof-worker.js", import.meta.url));
    worker.onmessage = ({ data }) => finish(data);
    // Without a worker the letter is sent without a proof: the server accepts the waiting time instead.
    worker.onerror = () => finish("");
    worker.postMessage({ text: `${stamp.value}:${key.value}:`, bits: Number(form.dataset.workBits) });
  }

  function finish(number) {
    worker?.terminate();
    worker = null;
    proof.value = number;
    if (!isSendPending) return;
    isSendPending = false;
    sendButton.removeAttribute("aria-disabled");
    form.requestSubmit(sendButton);
  }

  form.addEventListener(
    "submit",
    (event) => {
      startWorker();
      if (!worker) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      isSendPending = true;
      sendButton.setAttribute("aria-disabled", "true");
    },
    { capture: true },
  );
  startWorker();
}
