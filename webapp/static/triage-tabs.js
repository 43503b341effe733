// The tabs above the list, loaded again after a letter was moved. The server counts: colleagues move letters
// too, and an empty state has no tab.

export function makeTabs() {
  const element = document.getElementById("tabs");
  let controller = null;

  function fill(html) {
    const tabs = new DOMParser().parseFromString(html, "text/html").querySelector(".queue-tabs");
    // The response is the sign-in page: the next letter that is opened leads there.
    if (!tabs) return;
    const focused = element.querySelector("a:focus")?.getAttribute("href");
    element.replaceChildren(tabs);
    if (focused) [...tabs.querySelectorAll("a")].find((each) => each.getAttribute("href") === focused)?.focus();
  }

  return {
    async count() {
      const address = element.dataset.tabs;
      if (!address) return;
      controller?.abort();
      controller = new AbortController();
      try {
        const response = await fetch(address, { signal: controller.signal });
        fill(await response.text());
      } catch {
        // The old counts stay until the next letter is moved.
      }
    },
  };
}
