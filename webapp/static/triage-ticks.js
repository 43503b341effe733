// The ticked letters of the list: their number and titles, and the bar with the bulk decisions.

export function makeTicks(rows) {
  const bar = document.getElementById("together-bar");
  const tickAll = document.getElementById("tick-all");
  const summary = document.getElementById("ticked");
  const boxOf = (row) => row.querySelector("input[name=letters]");
  if (!bar) return { setVersion() {}, toggle() {}, untick() {} };
  const listFormat = new Intl.ListFormat(document.documentElement.lang, { type: "unit" });

  function count() {
    const ticked = rows.filter((row) => boxOf(row).checked);
    const titles = listFormat.format(
      ticked.map((row) => summary.dataset.title.replace("{title}", () => row.querySelector(".what a").textContent.trim())),
    );
    bar.hidden = !ticked.length;
    const sentence = summary.dataset.ticked.replace("{number}", ticked.length).replace("{titles}", () => titles);
    summary.textContent = ticked.length ? sentence : "";
    tickAll.checked = ticked.length === rows.length;
    tickAll.indeterminate = ticked.length > 0 && !tickAll.checked;
  }

  function tick(row, isTicked) {
    boxOf(row).checked = isTicked;
    count();
  }

  document.getElementById("together").addEventListener("change", (event) => {
    if (event.target === tickAll) for (const row of rows) boxOf(row).checked = tickAll.checked;
    count();
  });
  document.getElementById("tick-all-line").hidden = false;
  // The browser restores the ticks of a page from its history.
  addEventListener("pageshow", count);
  count();

  return {
    toggle: (row) => tick(row, !boxOf(row).checked),
    untick: (row) => tick(row, false),
    setVersion(row, version) {
      boxOf(row).value = `${row.id}:${version}`;
    },
  };
}
