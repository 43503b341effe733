"""JavaScript that the checks of every page run in the page, and the word that marks controls for printing."""

CONTROL = "CONTR0L"
"""Replaces the text of controls; without letters that a font joins to one."""
MARKED_CONTROLS = """
  (mark) => {
    const controls = document.querySelectorAll(
      "button, summary, nav a, a.skip, a.back, form:not(.on-paper) label, .desk-bar a"
    );
    for (const control of controls) control.textContent = mark;
    return controls.length;
  }
"""
"""Replaces the texts of a page's controls by the argument; returns how many they are."""
STAYING_ELEMENTS = """
  [...document.querySelectorAll("body *")].filter(
    (element) => ["fixed", "sticky"].includes(getComputedStyle(element).position) && element.checkVisibility()
  ).length
"""
"""The number of elements that stay in place while the page is scrolled."""
COVERED_ELEMENT = """
  () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => {
    const focused = document.activeElement;
    const { top, bottom } = focused.getBoundingClientRect();
    const over = [...document.querySelectorAll("body *")].find((element) =>
      ["fixed", "sticky"].includes(getComputedStyle(element).position) && element.checkVisibility() &&
      !element.contains(focused) && !element.matches(".pane") &&
      element.getBoundingClientRect().top < bottom - 1 && element.getBoundingClientRect().bottom > top + 1);
    done(over && focused !== document.body ? `${over.className} covers ${focused.outerHTML}` : "");
  })))
"""
"""Says which such element covers the focused one, when the page has come to rest; empty text for none."""
MISPLACED_STATES = """
  () => {
    const pieces = [];
    const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const element = walker.currentNode.parentElement;
      if (!walker.currentNode.data.trim() || !element.checkVisibility()) continue;
      if (element.closest(".visually-hidden, option, .opening, .untitled, dialog")) continue;
      const range = document.createRange();
      range.selectNodeContents(walker.currentNode);
      for (const box of range.getClientRects()) pieces.push({ element, box });
    }
    const found = [];
    for (const state of document.querySelectorAll("main .state")) {
      const own = state.getBoundingClientRect();
      const around = state.closest("li, tr, p, h1, h2, div").getBoundingClientRect();
      if (own.bottom > around.bottom + 1) found.push(`${state.textContent} stands below its own line`);
      for (const { element, box } of pieces) {
        if (state.contains(element) || !own.width) continue;
        const across = Math.min(own.right, box.right) - Math.max(own.left, box.left);
        const down = Math.min(own.bottom, box.bottom) - Math.max(own.top, box.top);
        if (across > 1 && down > 3) found.push(`${state.textContent} on ${element.textContent}`);
      }
    }
    return found;
  }
"""
"""The labels of states that stand on other text, or below the line that they belong to."""
CURRENT_WITHOUT_LINE = """
  () => {
    const paper = getComputedStyle(document.body).backgroundColor;
    const lines = (element) => {
      const style = getComputedStyle(element);
      return ["border-top", "border-right", "border-bottom", "border-left", "outline"].filter((side) =>
        style.getPropertyValue(`${side}-style`) !== "none" &&
        style.getPropertyValue(`${side}-color`) !== paper &&
        parseFloat(style.getPropertyValue(`${side}-width`)) >= 2).join();
    };
    return [...document.querySelectorAll("[aria-current]")].filter((element) => {
      const current = element.getAttribute("aria-current");
      const with_mark = lines(element);
      element.removeAttribute("aria-current");
      const without = lines(element);
      element.setAttribute("aria-current", current);
      return with_mark === without;
    }).map((element) => element.outerHTML);
  }
"""
"""The elements with aria-current that have no visible line (border, outline) more than without it."""
