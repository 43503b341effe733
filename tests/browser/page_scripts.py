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
COVERED_WHILE_FOCUSED = """
  () => {
    const staying = [...document.querySelectorAll("body *")].filter((element) =>
      ["fixed", "sticky"].includes(getComputedStyle(element).position) && element.checkVisibility() &&
      !element.matches(".pane"));
    if (!staying.length) return [];
    document.activeElement.blur();
    scrollTo(0, 0);
    const controls = [...document.querySelectorAll("a[href], button, input, select, summary, textarea")];
    const found = [];
    for (const control of [...controls, ...controls.toReversed()]) {
      control.focus();
      if (document.activeElement !== control) continue;
      const { top, bottom } = control.getBoundingClientRect();
      for (const element of staying) {
        const over = element.getBoundingClientRect();
        if (!element.contains(control) && over.top < bottom - 1 && over.bottom > top + 1)
          found.push(`${element.className} covers ${control.outerHTML}`);
      }
    }
    return found;
  }
"""
"""Gives the focus to each control, down the page and up again; as after the Tab key, the page scrolls to it.
Lists the controls that are then covered by an element which stays in place while the page is scrolled."""
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
