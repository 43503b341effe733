// Single keys, dead whenever they could mean something else; whoever does not want them turns them off.

const SETTING = "lettersdesk-keys";
const TYPED_INTO = "textarea, select, input:not([type=checkbox], [type=radio], [type=button], [type=submit])";
const PRESSED_WITH_ENTER = "a, button, summary, input";
const AGAIN_AND_AGAIN = ["j", "k"];

function isOff() {
  try {
    return localStorage.getItem(SETTING) === "off";
  } catch {
    return false;
  }
}

const isTypedInto = (target) => target.isContentEditable || target.matches?.(TYPED_INTO);
const isTextSelected = () => !(getSelection()?.isCollapsed ?? true);

function isMeantForOthers(event) {
  return (
    event.defaultPrevented ||
    event.ctrlKey || event.altKey || event.metaKey ||
    (event.shiftKey && event.key !== "?") ||
    event.isComposing || event.keyCode === 229 ||
    document.querySelector("dialog[open]")
  );
}

// The way out for whoever has no mouse: then the keys are alive again.
function leave(target) {
  getSelection().removeAllRanges();
  if (isTypedInto(target)) target.blur();
}

export function listenToKeys(actions) {
  const dialog = document.getElementById("keys");
  const button = document.getElementById("keys-button");
  const isOn = document.getElementById("keys-on");

  const all = { ...actions, "?": () => dialog.showModal() };
  document.addEventListener("keydown", (event) => {
    if (isOff() || isMeantForOthers(event)) return;
    if (isTypedInto(event.target) || isTextSelected()) {
      if (event.key === "Escape") leave(event.target);
      return;
    }
    const isEnter = event.key === "Enter" && !event.target.closest?.(PRESSED_WITH_ENTER);
    const key = isEnter ? "o" : event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const action = Object.hasOwn(all, key) && all[key];
    if (!action || (event.repeat && !AGAIN_AND_AGAIN.includes(key))) return;
    event.preventDefault();
    action();
  });

  button.hidden = false;
  button.addEventListener("click", () => dialog.showModal());
  document.getElementById("keys-close").addEventListener("click", () => dialog.close());
  isOn.checked = !isOff();
  isOn.addEventListener("change", () => {
    try {
      localStorage.setItem(SETTING, isOn.checked ? "on" : "off");
    } catch {
      // Without a storage they stay as they are.
      isOn.checked = true;
    }
  });
}
