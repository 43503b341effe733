// The pane beside the list: shows a letter's page fetched from the server, and sends its forms with fetch.
import { deleteKeptDrafts, restoreDrafts } from "./form-drafts.js";

// Elements of the fetched page whose id exists here already get another id.
function renameDuplicateIds(main) {
  for (const element of main.querySelectorAll("[id]")) {
    if (!document.getElementById(element.id)) continue;
    const old = element.id;
    element.id = `letter-${old}`;
    for (const attribute of ["for", "form", "list", "aria-labelledby", "aria-describedby", "aria-controls"]) {
      for (const user of main.querySelectorAll(`[${attribute}~="${old}"]`)) {
        const names = user.getAttribute(attribute).split(" ");
        user.setAttribute(attribute, names.map((name) => (name === old ? element.id : name)).join(" "));
      }
    }
    for (const link of main.querySelectorAll(`a[href="#${old}"]`)) link.setAttribute("href", `#${element.id}`);
  }
}

// The list has the page's only h1: the headings of the fetched page go one level down.
function lowerHeadings(main) {
  for (const heading of main.querySelectorAll("h2, h3")) heading.setAttribute("aria-level", Number(heading.tagName[1]) + 1);
  for (const title of main.querySelectorAll("h1")) {
    const lower = document.createElement("h2");
    for (const { name, value } of title.attributes) lower.setAttribute(name, value);
    lower.classList.add("page-title");
    lower.append(...title.childNodes);
    title.replaceWith(lower);
  }
}

function fieldsOf(form, button) {
  const fields = new URLSearchParams(new FormData(form));
  if (button?.name) fields.append(button.name, button.value);
  return fields;
}

export const opensElsewhere = ({ button, ctrlKey, metaKey, shiftKey, altKey }) =>
  button || ctrlKey || metaKey || shiftKey || altKey;

export function makePane(letters, { changed, moved, undone, seen, say, closed }) {
  const element = document.getElementById("pane");
  const body = document.getElementById("pane-letter");
  const listTitle = document.title;
  let reference = "";
  let controller = null;
  let isSending = false;

  // Unsent text by letter, so that opening the next letter loses no note.
  const unsent = new Map();
  const formTo = (address) => [...body.querySelectorAll("form")].find((each) => each.getAttribute("action") === address);

  function saveUnsent(sent) {
    const typed = [...body.querySelectorAll("form :is(textarea, input)")].filter(
      (field) => field.form !== sent && field.value !== field.defaultValue,
    );
    unsent.set(
      reference,
      typed.map(({ form, name, value }) => ({ address: form.getAttribute("action"), name, value })),
    );
  }

  function restoreUnsent() {
    for (const { address, name, value } of unsent.get(reference) ?? []) {
      const field = formTo(address)?.elements[name];
      if (field && field.value === field.defaultValue) field.value = value;
    }
  }

  const stateElement = () => body.querySelector(".letter-facts .state");

  function render(html, { isSame }) {
    const page = new DOMParser().parseFromString(html, "text/html");
    const main = page.querySelector("main");
    body.replaceChildren();
    renameDuplicateIds(main);
    lowerHeadings(main);
    body.replaceChildren(...main.childNodes);
    deleteKeptDrafts(page);
    restoreDrafts(body);
    document.title = page.title;
    // A module that was imported before does not run again.
    for (const script of page.querySelectorAll("head script[src]")) import(script.getAttribute("src"));
    if (!isSame) element.scrollTop = 0;
  }

  function focus({ isSame, action = "" }) {
    const heading = body.querySelector(".page-title");
    heading?.setAttribute("tabindex", "-1");
    const form = isSame ? formTo(action) : null;
    const target = body.querySelector("[autofocus], [aria-invalid=true]") ?? form?.querySelector("button:not([hidden])") ?? heading;
    target?.focus({ preventScroll: target === heading && isSame });
    if (!isSame && target === heading) scrollTo({ top: Math.min(scrollY, element.offsetTop) });
  }

  // Fetches a page of the letter; null if the request failed, was aborted, or led to another page.
  async function load(newReference, address, options = {}) {
    controller?.abort();
    controller = new AbortController();
    element.hidden = false;
    element.setAttribute("aria-busy", "true");
    try {
      const response = await fetch(address, { ...options, signal: controller.signal });
      const { pathname } = new URL(response.url);
      if (!pathname.startsWith(letters)) {
        // Leave the list for that page; in place of the sign-in page for the letter, to return there afterwards.
        location.assign(pathname.endsWith("/login") ? letters + newReference : response.url);
        return null;
      }
      const loaded = { html: await response.text(), isDone: response.ok };
      element.removeAttribute("aria-busy");
      return loaded;
    } catch (error) {
      if (error.name === "AbortError") return null;
      say("away");
      element.removeAttribute("aria-busy");
      return null;
    }
  }

  function summary(isDone) {
    const undo = body.querySelector(`form[action="${letters}${reference}/undo"]`);
    return {
      isDone,
      reference,
      state: stateElement()?.cloneNode(true),
      version: body.querySelector("input[name=version]")?.value,
      undo: undo && { address: undo.getAttribute("action"), fields: fieldsOf(undo) },
    };
  }

  function replacePage(newReference, loaded, { isSame, form }) {
    saveUnsent(form);
    reference = newReference;
    render(loaded.html, { isSame });
    restoreUnsent();
  }

  async function show(newReference, address = letters + newReference) {
    const loaded = await load(newReference, address);
    if (!loaded) return;
    replacePage(newReference, loaded, {});
    seen(summary(true));
    focus({});
  }

  async function send(address, fields, newReference = reference, form = null) {
    if (isSending) return null;
    isSending = true;
    const isSame = newReference === reference;
    const before = isSame && stateElement()?.textContent;
    const loaded = await load(newReference, address, { method: "POST", body: fields });
    isSending = false;
    if (!loaded) return null;
    replacePage(newReference, loaded, { isSame, form });
    const now = summary(loaded.isDone);
    seen(now);
    const hasNewState = now.state && now.state.textContent !== before;
    if (hasNewState) changed(now);
    const wasMoved = hasNewState && now.isDone && /\/(move|decline)$/.test(address);
    if (wasMoved) moved(now);
    else focus({ isSame, action: address });
    if (hasNewState && now.isDone && address.endsWith("/undo")) undone(now);
    return now;
  }

  element.addEventListener("submit", (event) => {
    const { target: form, submitter } = event;
    const address = submitter?.getAttribute("formaction") ?? form.getAttribute("action") ?? "";
    if (form.method !== "post" || !address.startsWith(letters) || "plain" in form.dataset) return;
    event.preventDefault();
    send(address, fieldsOf(form, submitter), reference, form);
  });
  element.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-in-place]");
    if (!link || opensElsewhere(event)) return;
    event.preventDefault();
    show(reference, link.getAttribute("href"));
  });

  return {
    element,
    show,
    send,
    isOpen: () => !element.hidden,
    isSending: () => isSending,
    isBusy: () => element.hasAttribute("aria-busy"),
    close() {
      controller?.abort();
      element.removeAttribute("aria-busy");
      element.hidden = true;
      saveUnsent();
      body.replaceChildren();
      reference = "";
      document.title = listTitle;
      closed();
    },
  };
}
