// Keeps an unsent letter in this browser, so that a closed tab loses nothing. Nothing leaves the browser.

const OLDEST = 30 * 24 * 60 * 60 * 1000;
const key = (paper) => `lettersdesk:draft:${paper}`;

// A browser may refuse storage altogether, or be full; then there is no draft, and the form works as ever.
function attempt(action) {
  try {
    return action();
  } catch {
    return null;
  }
}

// What belongs to this showing of the page alone, and what is for programs only.
const NEVER_KEPT = ["csrf_token", "stamp", "proof", "website"];
const kept = (field) =>
  field.name && !NEVER_KEPT.includes(field.name) && !["submit", "button"].includes(field.type);

export function readDraft(paper) {
  const draft = attempt(() => JSON.parse(localStorage.getItem(key(paper))));
  if (!draft || Date.now() - draft.at > OLDEST) {
    forgetDraft(paper);
    return null;
  }
  return draft;
}

export function forgetDraft(paper) {
  attempt(() => localStorage.removeItem(key(paper)));
}

export function typedInto(form) {
  const fields = {};
  for (const field of form.elements) {
    if (kept(field)) fields[field.name] = field.type === "checkbox" ? field.checked : field.value;
  }
  return fields;
}

export function keepDraft(paper, form) {
  const draft = { at: Date.now(), fields: typedInto(form) };
  attempt(() => localStorage.setItem(key(paper), JSON.stringify(draft)));
}

// For one who comes back to this page of the browser's history: with it, what was sent from here is known to
// be the same letter. A page that answered a form becomes one that can be loaded again without sending.
export function remember(fields) {
  attempt(() => history.replaceState({ fields }, ""));
}

export function fillIn(form, draft) {
  for (const field of form.elements) {
    if (!kept(field) || !(field.name in draft.fields)) continue;
    if (field.type === "checkbox") field.checked = draft.fields[field.name] === true;
    else field.value = draft.fields[field.name];
  }
}

// What counts as a letter begun: a chosen country or the hidden key alone is none.
export function isWorthKeeping(form) {
  return [...form.elements].some(
    (field) =>
      kept(field) &&
      !["hidden", "select-one"].includes(field.type) &&
      (field.type === "checkbox" ? field.checked : field.value.trim() !== ""),
  );
}
