// Keys, the list of keys, "copy link", and which disputes are new since the reader last looked.
// Every page works without this file; nothing here asks for anything from anywhere.
"use strict";
(() => {
  const dossier = document.documentElement.dataset.dossier || "";
  const all = (selector) => [...document.querySelectorAll(selector)];
  const seenUnder = `parley seen: ${dossier}`;
  const keysUnder = "parley keys";

  // A browser may forbid storing anything; then nothing is remembered, and nothing breaks.
  const stored = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
  const store = (key, value) => { try { localStorage.setItem(key, value); return true; } catch { return false; } };

  function element(name, text, className) {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    if (className) made.className = className;
    return made;
  }

  // --- New since the last look ---------------------------------------------------------------

  function readIds() {
    const block = document.getElementById("dispute-ids");
    try { return block ? JSON.parse(block.textContent) : []; } catch { return []; }
  }

  function seenBefore() {
    try {
      const found = JSON.parse(stored(seenUnder));
      return Array.isArray(found) ? new Set(found) : null;
    } catch { return null; }
  }

  function markNew() {
    const ids = readIds();
    if (!ids.length) return;
    const seen = seenBefore();
    if (!seen) { store(seenUnder, JSON.stringify(ids)); return; }
    const fresh = new Set(ids.filter((id) => !seen.has(id)));
    const remember = (more) => store(seenUnder, JSON.stringify(ids.filter((id) => seen.has(id) || more.has(id))));
    for (const place of all("[data-dispute]")) {
      if (!fresh.has(place.dataset.dispute)) continue;
      const heading = place.matches("h1") ? place : place.querySelector("h2, h3, h4");
      if (heading) heading.append(" ", element("span", "new", "badge new"));
      if (place.matches("h1")) remember(new Set([place.dataset.dispute]));
    }
    const news = document.getElementById("news");
    if (news && fresh.size) {
      news.textContent = fresh.size === 1 ? "One dispute is new since you last looked."
        : `${fresh.size} disputes are new since you last looked.`;
      const button = element("button", "mark as seen");
      button.type = "button";
      button.addEventListener("click", () => {
        remember(fresh);
        all(".badge.new").forEach((badge) => badge.remove());
        news.hidden = true;
        document.getElementById("main").focus();
      });
      news.append(" ", button);
      news.hidden = false;
    }
  }

  // --- Copy the link ---------------------------------------------------------------------------

  function copyLink() {
    const button = document.querySelector("[data-copy]");
    if (!button || !navigator.clipboard) return;
    button.closest("[hidden]")?.removeAttribute("hidden");
    button.setAttribute("aria-live", "polite");
    const words = button.textContent;
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(location.href);
        button.textContent = "copied";
      } catch { button.textContent = "not allowed here"; }
      setTimeout(() => { button.textContent = words; }, 2000);
    });
  }

  // --- Keys --------------------------------------------------------------------------------------

  let dialog = null;
  let wentAt = 0;

  function buildDialog() {
    const made = element("dialog");
    made.setAttribute("aria-labelledby", "keys-title");
    const title = element("h2", "Keys");
    title.id = "keys-title";
    made.append(title, document.querySelector("#keys .keys").cloneNode(true));
    const foot = element("div", "", "row-of-buttons");
    const label = element("label");
    const box = element("input");
    box.type = "checkbox";
    box.checked = stored(keysUnder) !== "off";
    box.addEventListener("change", () => store(keysUnder, box.checked ? "on" : "off"));
    label.append(box, " Use single keys");
    const close = element("button", "Close");
    close.type = "button";
    close.addEventListener("click", () => made.close());
    foot.append(label, close);
    made.append(foot);
    document.body.append(made);
    return made;
  }

  function showKeys() {
    if (!document.querySelector("#keys .keys")) return;
    dialog = dialog || buildDialog();
    if (dialog.showModal && !dialog.open) dialog.showModal();
  }

  const typing = (target) => target.isContentEditable || target.matches?.("input, textarea, select, [role=combobox]");

  function step(by) {
    const items = all("main [data-item]").filter((item) => item.querySelector("a[href]") || item.matches("a[href]"));
    if (!items.length) {
      const link = document.querySelector(`main a[rel="${by > 0 ? "next" : "prev"}"]`);
      if (link) link.click();
      return;
    }
    const at = items.findIndex((item) => item.contains(document.activeElement));
    const next = items[at < 0 ? (by > 0 ? 0 : items.length - 1) : Math.min(Math.max(at + by, 0), items.length - 1)];
    const link = next.matches("a[href]") ? next : next.querySelector("h1 a[href], h2 a[href], h3 a[href], h4 a[href], a[href]");
    link.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  }

  function onKey(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape" && event.target.matches?.(".search input")) { event.target.blur(); return; }
    if (typing(event.target) || dialog?.open) return;
    if (event.key === "?") { event.preventDefault(); showKeys(); return; }
    if (stored(keysUnder) === "off") return;
    if (Date.now() - wentAt < 1500) {
      wentAt = 0;
      const link = document.querySelector(`.menu a[data-key="${CSS.escape(event.key)}"]`);
      if (link) { event.preventDefault(); link.click(); }
      return;
    }
    switch (event.key) {
      case "g": wentAt = Date.now(); break;
      case "/": {
        const box = document.querySelector(".search input") || document.querySelector(".search a");
        if (box) { event.preventDefault(); box.focus(); }
        break;
      }
      case "j": step(1); break;
      case "k": step(-1); break;
    }
  }

  document.addEventListener("keydown", onKey);
  document.querySelector(".menu [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center", behavior: "instant" });
  markNew();
  copyLink();
})();
