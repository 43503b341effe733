// Single-key shortcuts; off while one types or has text selected, and switchable in this browser.

const STORAGE_KEY = "lettersdesk-keys";
const TEXT_INPUTS = "textarea, select, input:not([type=checkbox], [type=radio], [type=button], [type=submit])";
const ENTER_TARGETS = "a, button, summary, input";
const REPEATABLE_KEYS = ["j", "k"];

function isDisabled() {
  try {
    return localStorage.getItem(STORAGE_KEY) === "off";
  } catch {
    return false;
  }
}

const isTextInput = (target) => target.isContentEditable || target.matches?.(TEXT_INPUTS);
const isTextSelected = () => !(getSelection()?.isCollapsed ?? true);

// Shortcuts of the browser, the system, an input method (229) or an open dialog.
function isReserved(event) {
  return (
    event.defaultPrevented ||
    event.ctrlKey || event.altKey || event.metaKey ||
    (event.shiftKey && event.key !== "?") ||
    event.isComposing || event.keyCode === 229 ||
    document.querySelector("dialog[open]")
  );
}

// Escape leaves a text field or selection without a mouse, so that the shortcuts work again.
function leaveText(target) {
  getSelection().removeAllRanges();
  if (isTextInput(target)) target.blur();
}

export function listenToKeys(actions) {
  const dialog = document.getElementById("keys");
  const button = document.getElementById("keys-button");
  const enabledBox = document.getElementById("keys-on");

  const allActions = { ...actions, "?": () => dialog.showModal() };
  document.addEventListener("keydown", (event) => {
    if (isDisabled() || isReserved(event)) return;
    if (isTextInput(event.target) || isTextSelected()) {
      if (event.key === "Escape") leaveText(event.target);
      return;
    }
    const isEnter = event.key === "Enter" && !event.target.closest?.(ENTER_TARGETS);
    const key = isEnter ? "o" : event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const action = Object.hasOwn(allActions, key) && allActions[key];
    if (!action || (event.repeat && !REPEATABLE_KEYS.includes(key))) return;
    event.preventDefault();
    action();
  });

  button.hidden = false;
  button.addEventListener("click", () => dialog.showModal());
  document.getElementById("keys-close").addEventListener("click", () => dialog.close());
  enabledBox.checked = !isDisabled();
  enabledBox.addEventListener("change", () => {
    try {
      localStorage.setItem(STORAGE_KEY, enabledBox.checked ? "on" : "off");
    } catch {
      // Without localStorage the setting can't be saved: the shortcuts stay on.
      enabledBox.checked = true;
    }
  });
}
