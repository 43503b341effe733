// Passkeys: asks the browser for one when a button is pressed, and sends what it gives in the button's form.
// The buttons stay hidden where a browser has none of this.

const asks = {
  create: async (options) =>
    navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) }),
  get: async (options) =>
    navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) }),
};

async function answer(button) {
  const form = button.form;
  if (!form.checkValidity()) {
    form.reportValidity();
    return;
  }
  try {
    const credential = await asks[button.dataset.passkey](JSON.parse(button.dataset.options));
    form.elements.credential.value = JSON.stringify(credential);
  } catch (error) {
    // Called off, or nothing there: whoever pressed the button knows, and can press it again.
    if (error.name === "NotAllowedError") return;
    form.elements.credential.value = "";
  }
  form.submit();
}

if (window.PublicKeyCredential?.parseRequestOptionsFromJSON) {
  for (const button of document.querySelectorAll("button[data-passkey]")) {
    button.hidden = false;
    button.addEventListener("click", () => answer(button));
  }
}
