// Counts words as the server does, with the server's patterns, which are in the page.

export function wordCounter({ invisible, doubleHyphen, word, longestMarkRun }) {
  const invisibles = new RegExp(invisible, "gu");
  const doubleHyphens = new RegExp(doubleHyphen, "gu");
  const words = new RegExp(word, "gu");
  // Normalising a long run of combining marks would take minutes; the server skips such runs too.
  const longMarkRuns = new RegExp(`(\\p{M}{${Number(longestMarkRun) + 1},})`, "u");

  const compose = (text) =>
    text
      .split(longMarkRuns)
      .map((part, index) => (index % 2 ? part : part.normalize("NFC")))
      .join("");

  return (text) => {
    const normal = compose(compose(text).replace(invisibles, ""));
    return normal.replace(doubleHyphens, "$1 ").match(words)?.length ?? 0;
  };
}

// Returns a function that runs the action 1.5 seconds after its last call: what changes with each key is read out
// by screen readers when the typing pauses.
export function afterPause(action) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(action, 1500);
  };
}
