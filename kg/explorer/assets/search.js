// Search in a folder that no server serves: in the index that stands beside the page.
"use strict";
(() => {
  const MOST = 100;
  const ALONE = /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2190-\u2bff\u2e80-\u2fff\u3005-\u3007\u3021-\u30ff\u3400-\u9fff\uf900-\ufaff\u{1f000}-\u{1faff}\u{20000}-\u{3ffff}]/u;
  const WORD = new RegExp(`${ALONE.source}|(?:(?!${ALONE.source})[\\p{L}\\p{N}\\u0900-\\u0dff])+`, "gu");

  const box = document.getElementById("search-folder");
  const index = window.PARLEY_INDEX;
  if (!box || !Array.isArray(index)) return;
  const field = box.querySelector("input");
  const list = document.getElementById("search-hits");
  const count = document.getElementById("search-count");

  const PLAIN = { ß: "ss", ς: "σ", ł: "l", ø: "o", đ: "d", ð: "d", ħ: "h", ı: "i", ŧ: "t", æ: "ae", œ: "oe", þ: "th" };
  const fold = (text) => text.normalize("NFKD").replace(/[\p{Mn}\p{Me}\p{Cf}]/gu, "").toLowerCase()
    .replace(/[\p{Mn}]/gu, "").replace(/[ßςłøđðħıŧæœþ]/g, (letter) => PLAIN[letter]);
  const words = (text) => fold(text).match(WORD) || [];

  // Each phrase is one string of words; in quotation marks it must be whole.
  const phrases = (text) => {
    const found = [];
    for (const match of text.matchAll(/["“”„«»]([^"“”„«»]*)["“”„«»]|(\S+)/gu)) {
      const cut = words(match[1] || match[2] || "");
      if (cut.length) found.push(` ${cut.join(" ")}${match[1] ? " " : ""}`);
    }
    return found;
  };

  const rank = (row, typed) => {
    const name = words(row[1]).join(" ");
    return name === typed ? 0 : name.startsWith(typed) ? 1 : ` ${name}`.includes(` ${typed}`) ? 2 : 3;
  };

  const item = (row) => {
    const line = document.createElement("li");
    const name = document.createElement("p");
    const link = document.createElement("a");
    const words = document.createElement("bdi");
    const kind = document.createElement("span");
    name.className = "hit-name";
    kind.className = "hit-kind";
    link.href = row[4];
    words.textContent = row[1];
    kind.textContent = row[0];
    link.append(words);
    name.append(link, kind);
    line.append(name);
    if (row[2]) {
      const text = document.createElement("p");
      text.className = "hit-text soft small";
      text.dir = "auto";
      text.textContent = row[2];
      line.append(text);
    }
    return line;
  };

  const search = () => {
    const wanted = phrases(field.value);
    const typed = words(field.value).join(" ");
    if (!wanted.length) {
      list.replaceChildren();
      count.textContent = "";
      return;
    }
    const hits = index
      .filter((row) => wanted.every((phrase) => ` ${row[3]} `.includes(phrase)))
      .map((row, at) => [rank(row, typed), at, row])
      .sort((one, other) => one[0] - other[0] || one[1] - other[1]);
    list.replaceChildren(...hits.slice(0, MOST).map((hit) => item(hit[2])));
    const more = hits.length > MOST ? `, of which the first ${MOST} stand here` : "";
    count.textContent = hits.length ? `${hits.length} found${more}` : "Nothing here has all of these words.";
  };

  box.hidden = false;
  field.addEventListener("input", search);
  box.querySelector("form").addEventListener("submit", (event) => event.preventDefault());
  const asked = new URLSearchParams(window.location.search).get("q");
  if (asked) field.value = asked;
  search();
  field.focus({ preventScroll: true });
})();
