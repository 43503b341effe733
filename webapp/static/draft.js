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

// Fields that belong to one load of the page, the honeypot, and the name of the draft itself.
const NEVER_SAVED = ["csrf_token", "stamp", "proof", "website", "draft"];
// A number for identification is marked as unsaved: it must not stay in a browser that others use.
const isSaved = (field) =>
  field.name &&
  !NEVER_SAVED.includes(field.name) &&
  !["submit", "button"].includes(field.type) &&
  !("unsaved" in field.dataset);

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

// `wasSent`: the form is being sent as it is. Until it is changed, the server may have it.
export function saveDraft(name, form, { wasSent = false } = {}) {
  const draft = { at: Date.now(), wasSent, fields: fieldValues(form) };
  ignoringErrors(() => localStorage.setItem(storageKey(name), JSON.stringify(draft)));
}

// The hidden field by which the server tells which draft it has handled: "name@time of saving".
export function nameDraft(form, name) {
  const draft = readDraft(name);
  let field = form.elements.draft;
  if (!field) {
    field = Object.assign(document.createElement("input"), { type: "hidden", name: "draft" });
    form.append(field);
  }
  field.value = draft ? `${name}@${draft.at}` : "";
}

// Deletes the draft that the server names as handled; one that was changed since is another draft.
export function deleteHandledDraft(handled) {
  const [name, at] = handled.split("@");
  if (readDraft(name)?.at === Number(at)) deleteDraft(name);
}

// Stores fields in this history entry: after "back", the form has the submission key of the letter it sent.
// replaceState also turns the response to a POST into a page that reloads without sending again.
export function saveInHistory(fields, { wasSent = false } = {}) {
  ignoringErrors(() => history.replaceState({ fields, wasSent }, ""));
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
