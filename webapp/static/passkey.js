// Passkeys (WebAuthn): a button creates or gets a credential, and its form sends it.
// The buttons stay hidden where the browser has no WebAuthn JSON API.

const requests = {
  create: async (options) =>
    navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) }),
  get: async (options) =>
    navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) }),
};

async function sendCredential(button) {
  const form = button.form;
  if (!form.checkValidity()) {
    form.reportValidity();
    return;
  }
  try {
    const credential = await requests[button.dataset.passkey](JSON.parse(button.dataset.options));
    form.elements.credential.value = JSON.stringify(credential);
  } catch (error) {
    // Cancelled, or no passkey there: the browser has said so, and the button works again.
    if (error.name === "NotAllowedError") return;
    form.elements.credential.value = "";
  }
  form.submit();
}

if (window.PublicKeyCredential?.parseRequestOptionsFromJSON) {
  for (const button of document.querySelectorAll("button[data-passkey]")) {
    button.hidden = false;
    button.addEventListener("click", () => sendCredential(button));
  }
}
