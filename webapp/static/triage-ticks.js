// The letters that are ticked: how many, and which.

export function makeTicks(rows) {
  const bar = document.getElementById("together-bar");
  const all = document.getElementById("tick-all");
  const said = document.getElementById("ticked");
  const boxOf = (row) => row.querySelector("input[name=letters]");
  if (!bar) return { renew() {}, toggle() {}, untick() {} };
  const inWords = new Intl.ListFormat(document.documentElement.lang, { type: "unit" });

  function count() {
    const ticked = rows.filter((row) => boxOf(row).checked);
    const titles = inWords.format(
      ticked.map((row) => said.dataset.title.replace("{title}", () => row.querySelector(".what a").textContent.trim())),
    );
    bar.hidden = !ticked.length;
    const sentence = said.dataset.ticked.replace("{number}", ticked.length).replace("{titles}", () => titles);
    said.textContent = ticked.length ? sentence : "";
    all.checked = ticked.length === rows.length;
    all.indeterminate = ticked.length > 0 && !all.checked;
  }

  function tick(row, isTicked) {
    boxOf(row).checked = isTicked;
    count();
  }

  document.getElementById("together").addEventListener("change", (event) => {
    if (event.target === all) for (const row of rows) boxOf(row).checked = all.checked;
    count();
  });
  document.getElementById("tick-all-line").hidden = false;
  // A page that the browser shows again has its ticks as they were.
  addEventListener("pageshow", count);
  count();

  return {
    toggle: (row) => tick(row, !boxOf(row).checked),
    untick: (row) => tick(row, false),
    renew(row, version) {
      boxOf(row).value = `${row.id}:${version}`;
    },
  };
}
