// A letter's own page, opened beside the list: its main part is fetched, and its forms are sent from here.

// The parts of the other page that have an id of one of ours get another.
function renameTwins(part) {
  for (const element of part.querySelectorAll("[id]")) {
    if (!document.getElementById(element.id)) continue;
    const old = element.id;
    element.id = `letter-${old}`;
    for (const attribute of ["for", "form", "list", "aria-labelledby", "aria-describedby", "aria-controls"]) {
      for (const user of part.querySelectorAll(`[${attribute}~="${old}"]`)) {
        const names = user.getAttribute(attribute).split(" ");
        user.setAttribute(attribute, names.map((name) => (name === old ? element.id : name)).join(" "));
      }
    }
    for (const link of part.querySelectorAll(`a[href="#${old}"]`)) link.setAttribute("href", `#${element.id}`);
  }
}

// The list keeps the page's one first heading: what came from a page of its own goes a level down.
function lowerHeadings(part) {
  for (const heading of part.querySelectorAll("h2, h3")) heading.setAttribute("aria-level", Number(heading.tagName[1]) + 1);
  for (const title of part.querySelectorAll("h1")) {
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

export const isForAnotherTab = ({ button, ctrlKey, metaKey, shiftKey, altKey }) =>
  button || ctrlKey || metaKey || shiftKey || altKey;

export function makePane(letters, { changed, moved, undone, seen, say, closed }) {
  const element = document.getElementById("pane");
  const body = document.getElementById("pane-letter");
  const listTitle = document.title;
  let reference = "";
  let fetching = null;
  let isSending = false;

  // What was typed and not sent, by letter: nobody loses a note by looking at the next one.
  const unsent = new Map();
  const formTo = (address) => [...body.querySelectorAll("form")].find((each) => each.getAttribute("action") === address);

  function keepUnsent(sent) {
    const typed = [...body.querySelectorAll("form :is(textarea, input)")].filter(
      (field) => field.form !== sent && field.value !== field.defaultValue,
    );
    unsent.set(
      reference,
      typed.map(({ form, name, value }) => ({ address: form.getAttribute("action"), name, value })),
    );
  }

  function putBack() {
    for (const { address, name, value } of unsent.get(reference) ?? []) {
      const field = formTo(address)?.elements[name];
      if (field && field.value === field.defaultValue) field.value = value;
    }
  }

  const stateShown = () => body.querySelector(".letter-facts .state");

  function fill(html, { isSame }) {
    const page = new DOMParser().parseFromString(html, "text/html");
    const part = page.querySelector("main");
    body.replaceChildren();
    renameTwins(part);
    lowerHeadings(part);
    body.replaceChildren(...part.childNodes);
    document.title = page.title;
    // Those that the page has run here already don't run again.
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

  // A page of the letter's; nothing where the address led elsewhere, to no answer, or was not waited for.
  async function load(wanted, address, options = {}) {
    fetching?.abort();
    fetching = new AbortController();
    element.hidden = false;
    element.setAttribute("aria-busy", "true");
    try {
      const response = await fetch(address, { ...options, signal: fetching.signal });
      const { pathname } = new URL(response.url);
      if (!pathname.startsWith(letters)) {
        // There is more to see than fits in here: after a sign-in, the letter itself.
        location.assign(pathname.endsWith("/login") ? letters + wanted : response.url);
        return null;
      }
      const answer = { html: await response.text(), isDone: response.ok };
      element.removeAttribute("aria-busy");
      return answer;
    } catch (error) {
      if (error.name === "AbortError") return null;
      say("away");
      element.removeAttribute("aria-busy");
      return null;
    }
  }

  function told(isDone) {
    const undo = body.querySelector(`form[action="${letters}${reference}/undo"]`);
    return {
      isDone,
      reference,
      state: stateShown()?.cloneNode(true),
      version: body.querySelector("input[name=version]")?.value,
      undo: undo && { address: undo.getAttribute("action"), fields: fieldsOf(undo) },
    };
  }

  function take(wanted, answer, { isSame, form }) {
    keepUnsent(form);
    reference = wanted;
    fill(answer.html, { isSame });
    putBack();
  }

  async function show(wanted, address = letters + wanted) {
    const answer = await load(wanted, address);
    if (!answer) return;
    take(wanted, answer, {});
    seen(told(true));
    focus({});
  }

  async function send(address, fields, wanted = reference, form = null) {
    if (isSending) return null;
    isSending = true;
    const isSame = wanted === reference;
    const before = isSame && stateShown()?.textContent;
    const answer = await load(wanted, address, { method: "POST", body: fields });
    isSending = false;
    if (!answer) return null;
    take(wanted, answer, { isSame, form });
    const now = told(answer.isDone);
    seen(now);
    const isElsewhere = now.state && now.state.textContent !== before;
    if (isElsewhere) changed(now);
    const isMoved = isElsewhere && now.isDone && /\/(move|decline)$/.test(address);
    if (isMoved) moved(now);
    else focus({ isSame, action: address });
    if (isElsewhere && now.isDone && address.endsWith("/undo")) undone(now);
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
    if (!link || isForAnotherTab(event)) return;
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
      fetching?.abort();
      element.removeAttribute("aria-busy");
      element.hidden = true;
      keepUnsent();
      body.replaceChildren();
      reference = "";
      document.title = listTitle;
      closed();
    },
  };
}
