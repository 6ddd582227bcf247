// The SPARQL page: names are completed while they are typed, Ctrl+Enter runs, and a mistake can be gone to.
"use strict";
(() => {
  const WAIT = 140;
  const LEAST = 3;
  const MOST = 8;
  const KEYWORDS = new Set(("select construct describe ask where filter optional union graph values bind prefix base order group by having limit offset distinct reduced " +
    "minus exists not from named as in true false count sum min max avg sample group_concat separator str lang datatype bound iri regex").split(" "));
  let lists = 0;

  const make = (tag, css) => {
    const made = document.createElement(tag);
    if (css) made.className = css;
    return made;
  };

  // Where in a text box the caret is, in pixels from its corner.
  const caretPlace = (area, at) => {
    const mirror = make("div");
    const style = getComputedStyle(area);
    for (const name of ["font", "lineHeight", "letterSpacing", "tabSize", "paddingTop", "paddingLeft", "borderTopWidth", "borderLeftWidth"]) mirror.style[name] = style[name];
    Object.assign(mirror.style, { position: "absolute", visibility: "hidden", whiteSpace: "pre", top: "0", left: "0" });
    mirror.textContent = area.value.slice(0, at);
    const mark = make("span");
    mark.textContent = "\u200b";
    mirror.append(mark);
    area.parentElement.append(mirror);
    const place = { left: mark.offsetLeft - area.scrollLeft, top: mark.offsetTop + mark.offsetHeight - area.scrollTop };
    mirror.remove();
    return place;
  };

  // Put text in the place of other text, so that it can be undone.
  const replace = (field, start, end, text) => {
    field.focus();
    field.setSelectionRange(start, end);
    if (!document.execCommand("insertText", false, text)) {
      field.setRangeText(text, start, end, "end");
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  };

  // The word before the caret, if names stand there at all: not in a string, a comment, an IRI or a variable.
  const wordBefore = (area) => {
    const { selectionStart: from, selectionEnd: to, value } = area;
    if (from !== to) return { start: from, end: to, text: value.slice(from, to) };
    const line = value.slice(value.lastIndexOf("\n", from - 1) + 1, from);
    const outside = line.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|<[^<>\s]*>/g, (text) => " ".repeat(text.length));
    if (/["'#<]/.test(outside)) return null;
    const word = outside.match(/[\p{L}\p{N}_][\p{L}\p{N}_:-]*$/u);
    if (!word || /[?$@]$/.test(outside.slice(0, word.index))) return null;
    return { start: from - word[0].length, end: from, text: word[0] };
  };

  class Suggestions {
    constructor(field, address, kind) {
      this.field = field;
      this.address = address;
      this.kind = kind;
      this.items = [];
      this.active = -1;
      this.asked = 0;
      this.writes = false;
      this.list = make("ul", "suggestions");
      this.list.id = `suggestions-${(lists += 1)}`;
      this.list.setAttribute("role", "listbox");
      this.list.setAttribute("aria-label", "Names that begin so");
      this.list.hidden = true;
      this.heard = make("span", "heard");
      this.heard.setAttribute("role", "status");
      field.after(this.list, this.heard);
      field.setAttribute("aria-autocomplete", "list");
      field.setAttribute("aria-haspopup", "listbox");
      if (field.tagName === "INPUT") {
        field.setAttribute("role", "combobox");
        field.setAttribute("aria-expanded", "false");
        field.setAttribute("aria-controls", this.list.id);
      }
      field.addEventListener("keydown", (event) => this.key(event));
      field.addEventListener("blur", () => setTimeout(() => this.close(), 150));
      field.addEventListener("input", (event) => {
        if (this.writes || !event.isTrusted || event.inputType === "insertFromPaste") return;
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.ask(false), WAIT);
      });
      this.list.addEventListener("mousedown", (event) => {
        const line = event.target.closest("li");
        event.preventDefault();
        if (line) this.take(Number(line.dataset.at));
      });
    }

    get isOpen() { return !this.list.hidden; }

    word() {
      if (this.field.tagName === "TEXTAREA") return wordBefore(this.field);
      return { start: 0, end: this.field.value.length, text: this.field.value };
    }

    async ask(wanted) {
      clearTimeout(this.timer);
      const word = this.word();
      const least = wanted ? 1 : LEAST;
      if (!word || word.text.trim().length < least || (!wanted && KEYWORDS.has(word.text.toLowerCase()))) return this.close();
      const turn = (this.asked += 1);
      const query = new URLSearchParams({ text: word.text.slice(0, 200), ...(this.kind ? { kind: this.kind } : {}) });
      try {
        const answer = await fetch(`${this.address}?${query}`, { headers: { Accept: "application/json" } });
        if (!answer.ok || turn !== this.asked) return undefined;
        const found = (await answer.json()).completions || [];
        return this.show(found.slice(0, MOST), wanted);
      } catch {
        return this.close();
      }
    }

    show(found, wanted) {
      this.items = found;
      this.active = -1;
      if (!found.length) {
        this.heard.textContent = wanted ? "No name begins so" : "";
        return this.close();
      }
      this.list.replaceChildren(...found.map((one, at) => {
        const line = make("li");
        line.id = `${this.list.id}-${at}`;
        line.dataset.at = String(at);
        line.setAttribute("role", "option");
        line.setAttribute("aria-selected", "false");
        const name = make("bdi");
        name.textContent = one.name;
        const kind = make("span", "kind");
        kind.textContent = one.prefix ? `${one.kind} ${one.insert}` : one.kind;
        line.append(name, kind);
        return line;
      }));
      this.list.hidden = false;
      if (this.field.tagName === "TEXTAREA") this.place();
      else this.field.setAttribute("aria-expanded", "true");
      this.heard.textContent = `${found.length} ${found.length === 1 ? "name" : "names"}; arrow down to choose`;
      if (wanted) this.choose(0);
      return undefined;
    }

    place() {
      const { left, top } = caretPlace(this.field, this.word()?.start ?? this.field.selectionStart);
      const room = this.field.clientWidth - this.list.offsetWidth;
      this.list.style.left = `${Math.max(0, Math.min(left, room))}px`;
      this.list.style.top = `${Math.max(0, Math.min(top, this.field.clientHeight)) + 2}px`;
    }

    choose(at) {
      const lines = this.list.children;
      if (this.active >= 0) lines[this.active].setAttribute("aria-selected", "false");
      this.active = (at + lines.length) % lines.length;
      lines[this.active].setAttribute("aria-selected", "true");
      lines[this.active].scrollIntoView({ block: "nearest" });
      this.field.setAttribute("aria-activedescendant", lines[this.active].id);
    }

    close() {
      this.list.hidden = true;
      this.active = -1;
      this.asked += 1;
      this.field.removeAttribute("aria-activedescendant");
      if (this.field.tagName === "INPUT") this.field.setAttribute("aria-expanded", "false");
    }

    take(at) {
      const one = this.items[at];
      const word = this.word();
      this.close();
      if (!one || !word) return;
      if (this.field.tagName === "INPUT") {
        const alike = this.items.filter((other) => other.name === one.name).length > 1;
        this.field.value = alike ? one.iri : one.name;
        return;
      }
      this.writes = true;
      replace(this.field, word.start, word.end, one.insert);
      const declared = new RegExp(`^\\s*PREFIX\\s+${one.prefix}:`, "im");
      if (one.prefix && !declared.test(this.field.value)) {
        const line = `PREFIX ${one.prefix}: <${one.namespace}>\n`;
        const caret = this.field.selectionStart + line.length;
        replace(this.field, 0, 0, line);
        this.field.setSelectionRange(caret, caret);
      }
      this.writes = false;
    }

    key(event) {
      if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
        event.preventDefault();
        this.field.form.requestSubmit();
      } else if (event.ctrlKey && event.code === "Space") {
        event.preventDefault();
        this.ask(true);
      } else if (this.isOpen && event.key === "ArrowDown") {
        event.preventDefault();
        this.choose(this.active + 1);
      } else if (this.isOpen && event.key === "ArrowUp") {
        event.preventDefault();
        this.choose(this.active < 0 ? -1 : this.active - 1);
      } else if (this.isOpen && event.key === "Enter" && this.active >= 0) {
        event.preventDefault();
        this.take(this.active);
      } else if (this.isOpen && event.key === "Escape") {
        event.preventDefault();
        event.stopPropagation();
        this.close();
      } else if (["ArrowLeft", "ArrowRight", "Home", "End", "Tab"].includes(event.key)) {
        this.close();
      }
    }
  }

  // Go to the line and column of a mistake.
  const goTo = (area, line, column) => {
    const lines = area.value.split("\n");
    const start = lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0);
    const at = Math.min(start + column - 1, area.value.length);
    area.focus();
    area.setSelectionRange(at, Math.min(at + 1, start + (lines[line - 1] || "").length));
    area.scrollTop = Math.max(0, (line - 4) * parseFloat(getComputedStyle(area).lineHeight));
  };

  const area = document.querySelector(".ask textarea");
  const form = document.querySelector("form[data-complete]");
  const address = form ? form.dataset.complete : "";
  if (area) {
    for (const hidden of document.querySelectorAll(".with-script")) hidden.hidden = false;
    if (address) new Suggestions(area, address, "");
    const quoted = document.querySelector(".mistake pre[data-line]");
    if (quoted) {
      const button = make("button");
      const { line, column } = quoted.dataset;
      button.type = "button";
      button.textContent = `Go to line ${line}`;
      button.addEventListener("click", () => goTo(area, Number(line), Number(column)));
      quoted.after(button);
      goTo(area, Number(line), Number(column));
    }
  }
  if (address) {
    for (const field of document.querySelectorAll(".params input[data-kind='entity']")) new Suggestions(field, address, "thing");
  }
})();
