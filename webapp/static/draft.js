// Drafts: the fields of unsent forms in localStorage, so that a closed tab loses nothing.

const MAX_AGE = 30 * 24 * 60 * 60 * 1000; // milliseconds
const storageKey = (name) => `lettersdesk:draft:${name}`;

// Storage may be disabled or full: then there is no draft, and the form works without it.
function ignoringErrors(action) {
  try {
    return action();
  } catch {
    return null;
  }
}

// Fields that belong to one load of the page, and the honeypot.
const NEVER_SAVED = ["csrf_token", "stamp", "proof", "website"];
const isSaved = (field) =>
  field.name && !NEVER_SAVED.includes(field.name) && !["submit", "button"].includes(field.type);

export function readDraft(name) {
  const draft = ignoringErrors(() => JSON.parse(localStorage.getItem(storageKey(name))));
  if (!draft || Date.now() - draft.at > MAX_AGE) {
    deleteDraft(name);
    return null;
  }
  return draft;
}

export function deleteDraft(name) {
  ignoringErrors(() => localStorage.removeItem(storageKey(name)));
}

export function fieldValues(form) {
  const fields = {};
  for (const field of form.elements) {
    if (isSaved(field)) fields[field.name] = field.type === "checkbox" ? field.checked : field.value;
  }
  return fields;
}

export function saveDraft(name, form) {
  const draft = { at: Date.now(), fields: fieldValues(form) };
  ignoringErrors(() => localStorage.setItem(storageKey(name), JSON.stringify(draft)));
}

// Stores fields in this history entry: after "back", the form has the submission key of the letter it sent.
// replaceState also turns the response to a POST into a page that reloads without sending again.
export function saveInHistory(fields) {
  ignoringErrors(() => history.replaceState({ fields }, ""));
}

export function fillIn(form, draft) {
  for (const field of form.elements) {
    if (!isSaved(field) || !(field.name in draft.fields)) continue;
    if (field.type === "checkbox") field.checked = draft.fields[field.name] === true;
    else field.value = draft.fields[field.name];
  }
}

// Whether anything was typed or ticked: hidden fields and select lists have values from the start.
export function hasInput(form) {
  return [...form.elements].some(
    (field) =>
      isSaved(field) &&
      !["hidden", "select-one"].includes(field.type) &&
      (field.type === "checkbox" ? field.checked : field.value.trim() !== ""),
  );
}
