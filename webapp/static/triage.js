// Triage: the queue with a letter opened beside it, keyboard shortcuts, ticks and tabs.
// On the page of a single letter there are the shortcuts only.
import { listenToKeys } from "./triage-keys.js";
import { makePane, opensElsewhere } from "./triage-pane.js";
import { makeTabs } from "./triage-tabs.js";
import { makeTicks } from "./triage-ticks.js";

const list = document.getElementById("triage");
const rows = [...document.querySelectorAll(".queue tr[id]")];
const status = document.getElementById("triage-status");
const undoButton = document.getElementById("triage-undo");
const listAddress = location.pathname + location.search;
const pane = list && makePane(list.dataset.letters, { changed, moved, undone, seen, say, closed });
const tabs = list && makeTabs();
const ticks = list && makeTicks(rows);
let current = null;
let lastMove = null;

function say(sentence, values = {}) {
  if (!status) return;
  status.textContent = (status.dataset[sentence] ?? "").replace(/\{(\w+)\}/g, (_, name) => values[name]);
  undoButton.hidden = !(lastMove && sentence === "moved");
}

const titleOf = (row) => row.querySelector(".what a").textContent.trim();

function choose(row) {
  current?.removeAttribute("aria-current");
  current = row;
  current?.setAttribute("aria-current", "true");
  current?.scrollIntoView({ block: "nearest" });
}

function open(row, state = "replaceState") {
  if (pane.isSending()) return;
  history[state]({ fromList: state === "pushState" || history.state?.fromList }, "", `${listAddress}#${row.id}`);
  list.classList.add("open");
  pane.show(row.id);
  choose(row);
}

function openFromList(row) {
  open(row, pane.isOpen() ? "replaceState" : "pushState");
}

function closed() {
  list.classList.remove("open");
  current?.querySelector(".what a").focus();
  current?.scrollIntoView({ block: "nearest" });
}

function close() {
  // If the pane was opened from the list, closing it is the same as the browser's "back".
  if (history.state?.fromList) history.back();
  else {
    history.replaceState(null, "", listAddress);
    pane.close();
  }
}

function neighbour(step, isWanted = () => true) {
  let place = rows.indexOf(current) + (current || step > 0 ? step : 0);
  while (rows[place] && !isWanted(rows[place])) place += step;
  return rows[place];
}

function go(step) {
  const row = neighbour(step);
  if (!row) return;
  if (pane.isOpen()) open(row);
  else {
    choose(row);
    row.querySelector(".what a").focus();
  }
}

// The pane shows a letter: bulk decisions use the version that was shown.
function seen({ reference, version }) {
  if (version) ticks.setVersion(document.getElementById(reference), version);
}

// A letter has another state than the list shows, whoever moved it.
function changed({ reference, state }) {
  const place = document.getElementById(reference).querySelector(".what");
  place.querySelector(":scope > .state")?.remove();
  place.append(state);
  tabs.count();
  if (lastMove?.row.id === reference) forgetLastMove();
}

// A letter was moved in the pane: the next one opens.
function moved({ reference, state, undo }) {
  const row = document.getElementById(reference);
  ticks.untick(row);
  row.classList.add("moved");
  lastMove = undo && { row, ...undo };
  say("moved", { state: state.textContent, title: titleOf(row) });
  const next = neighbour(1, (each) => !each.classList.contains("moved"));
  if (next) open(next);
  else {
    close();
    status.append(` ${status.dataset.last}`);
  }
}

// Clears the status line with its undo button.
function forgetLastMove() {
  lastMove = null;
  undoButton.hidden = true;
  status.textContent = "";
}

// A move was undone, by the button below the list or on the letter itself.
function undone({ reference, state }) {
  const row = document.getElementById(reference);
  row.classList.remove("moved");
  say("undone", { state: state.textContent, title: titleOf(row) });
}

async function undo() {
  if (pane.isBusy()) return;
  const { row, address, fields } = lastMove;
  forgetLastMove();
  choose(row);
  list.classList.add("open");
  const shown = await pane.send(address, fields, row.id);
  if (shown?.isDone) history.replaceState(history.state, "", `${listAddress}#${row.id}`);
}

function press(key) {
  const place = list ? pane.isOpen() && pane.element : document.querySelector("main");
  const found = place && [...place.querySelectorAll(`[data-key="${key}"]`)].find((each) => each.checkVisibility?.() ?? true);
  if (!found) return say("notHere");
  // Declining starts with its reason: focus that field in place of pressing the button.
  const target = key === "d" ? (found.form?.elements.reason ?? found) : found;
  for (let each = target.closest("details"); each; each = each.parentElement.closest("details")) each.open = true;
  target.scrollIntoView({ block: "nearest" });
  if (target.matches("input, textarea, select")) target.focus();
  else target.click();
}

const decide = (key) => () => pane?.isBusy() || press(key);
const onList = (action) => () => list && rows.length && action();

listenToKeys({
  j: onList(() => go(1)),
  k: onList(() => go(-1)),
  o: onList(() => current && !pane.isOpen() && openFromList(current)),
  x: onList(() => current && ticks.toggle(current)),
  Escape: () => pane?.isOpen() && close(),
  z: () => (lastMove ? undo() : decide("z")()),
  ...Object.fromEntries(["s", "h", "d", "c", "n"].map((key) => [key, decide(key)])),
});

// The foot grows when something is ticked: the style sheet gets its height, and the row in use stays above it.
function makeRoomForFoot(foot) {
  document.documentElement.style.setProperty("--foot-height", `${foot.offsetHeight}px`);
  document.activeElement?.closest(".queue tr")?.scrollIntoView({ block: "nearest" });
}

if (list) {
  const foot = document.getElementById("foot");
  new ResizeObserver(() => makeRoomForFoot(foot)).observe(foot);
  list.addEventListener("click", (event) => {
    const row = event.target.closest(".what > a")?.closest("tr[id]");
    if (!row || opensElsewhere(event)) return;
    event.preventDefault();
    openFromList(row);
  });
  undoButton.addEventListener("click", undo);
  document.getElementById("pane-close").addEventListener("click", close);
  document.getElementById("pane-next").addEventListener("click", () => go(1));
  document.getElementById("pane-previous").addEventListener("click", () => go(-1));
  const follow = () => {
    const row = rows.find((each) => `#${each.id}` === location.hash);
    if (row) open(row);
    else if (!location.hash && pane.isOpen()) pane.close();
  };
  addEventListener("popstate", follow);
  follow();
}
