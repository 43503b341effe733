// Measures a text as the server does, by the server's patterns, which are in the page: words, characters or lines.

// Returns a function that takes a text, a unit and the characters in a line.
export function lengthCounter({
  invisible,
  doubleHyphen,
  word,
  longestMarkRun,
  lineBreaks,
  spaces,
  eastAsian,
  marks,
}) {
  const invisibles = new RegExp(invisible, "gu");
  const doubleHyphens = new RegExp(doubleHyphen, "gu");
  const words = new RegExp(word, "gu");
  const lineBreak = new RegExp(`[${lineBreaks}]`, "gu");
  const space = new RegExp(`[${spaces}]`, "gu");
  const pieces = new RegExp(`[${eastAsian}]|[^${spaces}${eastAsian}]+`, "gu");
  // Normalising a long run of combining marks would take minutes; the server skips such runs too.
  // Without them in the page only words are counted. The browser may know marks that the server doesn't.
  const mark = marks ? new RegExp(`[${marks}]`, "gu") : /$^/u;
  const longMarkRuns = new RegExp(`(\\p{M}{${Number(longestMarkRun) + 1},})`, "u");

  const compose = (text) =>
    text
      .split(longMarkRuns)
      .map((part, index) => (index % 2 ? part : part.normalize("NFC")))
      .join("");
  const normalise = (text) => compose(compose(text).replace(invisibles, ""));
  // Code points: a string's own length is in units of UTF-16.
  const codePoints = (text) => {
    let number = 0;
    for (const _ of text) number += 1;
    return number;
  };
  const withoutMarks = (text) => text.replace(mark, "");

  function linesOf(paragraph, lineLength) {
    let [lines, column, lastEnd] = [0, 0, 0];
    for (const { 0: piece, index } of paragraph.matchAll(pieces)) {
      const length = codePoints(piece);
      const gap = column && index > lastEnd ? 1 : 0;
      lastEnd = index + piece.length;
      if (lines && column + gap + length <= lineLength) {
        column += gap + length;
      } else {
        lines += 1 + Math.floor((length - 1) / lineLength);
        column = ((length - 1) % lineLength) + 1;
      }
    }
    return lines;
  }

  const measures = {
    words: (text) => text.replace(doubleHyphens, "$1 ").match(words)?.length ?? 0,
    characters: (text) => codePoints(withoutMarks(text).replace(lineBreak, "")),
    characters_without_spaces: (text) => codePoints(withoutMarks(text).replace(space, "")),
    lines: (text, lineLength) =>
      withoutMarks(text).split(lineBreak).reduce((lines, paragraph) => lines + linesOf(paragraph, lineLength), 0),
  };
  return (text, unit = "words", lineLength = 0) => measures[unit](normalise(text), lineLength);
}

// Returns the name of the sentence for a length, and that of the limit that it is held against; none for no limit.
export function heldAgainst(length, { minimum, maximum, preferred }) {
  if (maximum !== null && length > maximum) return ["over", "maximum"];
  if (length < minimum) return ["short", "minimum"];
  if (preferred !== null) return [length > preferred ? "overPreferred" : "preferred", "preferred"];
  return maximum === null ? ["noneSet", ""] : ["left", "maximum"];
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
