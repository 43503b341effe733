// The tabs over the list, counted afresh when a letter has gone to another state. The desk counts, as colleagues
// move letters, too, and a state has a tab only while it has letters.

export function makeTabs() {
  const element = document.getElementById("tabs");
  let asking = null;

  function fill(html) {
    const tabs = new DOMParser().parseFromString(html, "text/html").querySelector(".queue-tabs");
    // Whoever was signed out meanwhile is told with the next letter.
    if (!tabs) return;
    const focused = element.querySelector("a:focus")?.getAttribute("href");
    element.replaceChildren(tabs);
    if (focused) [...tabs.querySelectorAll("a")].find((each) => each.getAttribute("href") === focused)?.focus();
  }

  return {
    async count() {
      const address = element.dataset.tabs;
      if (!address) return;
      asking?.abort();
      asking = new AbortController();
      try {
        const response = await fetch(address, { signal: asking.signal });
        fill(await response.text());
      } catch {
        // They stay as they are until a letter is moved again.
      }
    },
  };
}
