// Drafts of the forms with data-draft: what is typed is kept in this browser until the server has taken it in.
import { deleteDraft, deleteHandledDraft, nameDraft, readDraft, saveDraft } from "./draft.js";

const isText = (field) => field.name && (field.tagName === "TEXTAREA" || field.type === "text");
const textFields = (form) => [...form.elements].filter(isText);

// The server names the drafts whose forms it has handled.
export function deleteKeptDrafts(page) {
  for (const { content } of page.querySelectorAll("meta[name=kept-draft]")) {
    deleteHandledDraft(content);
  }
  // Forms that the page no longer has, as the question is answered.
  for (const { dataset } of page.querySelectorAll("[data-drafts]")) {
    for (const name of dataset.drafts.split(" ")) {
      if (!page.querySelector(`form[data-draft="${CSS.escape(name)}"]`)) deleteDraft(name);
    }
  }
}

// Fills in drafts where the server sent no text of its own, and says so.
export function restoreDrafts(root) {
  for (const form of root.querySelectorAll("form[data-draft]")) {
    const fields = readDraft(form.dataset.draft)?.fields ?? {};
    for (const field of textFields(form)) {
      const typed = fields[field.name];
      if (!typed || field.value !== field.defaultValue || field.value === typed) continue;
      field.value = typed;
      form.closest("details")?.setAttribute("open", "");
    }
  }
}

function keepDraft(form) {
  const hasText = textFields(form).some((field) => field.value !== field.defaultValue);
  if (hasText) saveDraft(form.dataset.draft, form);
  else deleteDraft(form.dataset.draft);
}

document.addEventListener("input", ({ target }) => {
  if (target.form?.dataset.draft) keepDraft(target.form);
});
document.addEventListener(
  "submit",
  ({ target: form }) => {
    if (form.dataset.draft) nameDraft(form, form.dataset.draft);
  },
  // Before the pane beside the list reads the fields.
  { capture: true },
);

deleteKeptDrafts(document);
restoreDrafts(document);
