// Shows the newest version of the page when the data has changed: keeps the place and the focus, and says so.
(() => {
  "use strict";

  const KEPT = "parley-live";
  const shown = document.documentElement.dataset.version;
  if (!shown || !window.EventSource) return;

  let source = null;
  let notice = null;

  const own = document.currentScript.src;
  const styles = document.createElement("link");
  styles.rel = "stylesheet";
  styles.href = own.replace(/live\.js.*$/, "live.css");
  document.head.append(styles);

  const status = document.createElement("div");
  status.setAttribute("role", "status");
  status.className = "live-status";
  document.body.append(status);

  const say = (words) => {
    const note = document.createElement("p");
    note.className = "live-note";
    note.textContent = words;
    status.append(note);
    setTimeout(() => note.remove(), 6000);
  };

  // --- Before and after -----------------------------------------------------------------------------

  const pathTo = (element) => {
    const steps = [];
    for (let one = element; one && one !== document.body; one = one.parentElement) {
      if (one.id) {
        steps.unshift(`#${CSS.escape(one.id)}`);
        return steps.join(" > ");
      }
      const place = [...one.parentElement.children].indexOf(one) + 1;
      steps.unshift(`${one.localName}:nth-child(${place})`);
    }
    return steps.length ? `body > ${steps.join(" > ")}` : "";
  };

  const keep = () => {
    const active = document.activeElement;
    const open = [...document.querySelectorAll("details")].flatMap((one, place) => (one.open ? [place] : []));
    const kept = {
      at: location.href,
      x: scrollX,
      y: scrollY,
      focus: active && active !== document.body ? pathTo(active) : "",
      open,
    };
    try {
      sessionStorage.setItem(KEPT, JSON.stringify(kept));
    } catch {
      // Without a place to keep it, the page begins at its top.
    }
  };

  const restore = () => {
    let kept = null;
    try {
      kept = JSON.parse(sessionStorage.getItem(KEPT) || "null");
      sessionStorage.removeItem(KEPT);
    } catch {
      return;
    }
    if (!kept || kept.at !== location.href) return;
    const details = document.querySelectorAll("details");
    for (const place of kept.open) if (details[place]) details[place].open = true;
    const focused = kept.focus && document.querySelector(kept.focus);
    if (focused) focused.focus({ preventScroll: true });
    scrollTo(kept.x, kept.y);
    setTimeout(() => say("The data has changed; this is its newest version."), 300);
  };

  // --- News -------------------------------------------------------------------------------------------

  const isChanged = (field) => {
    if (field.disabled || field.type === "hidden") return false;
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    if (field.localName === "select") {
      return [...field.options].some((one) => one.selected !== one.defaultSelected) && field.selectedIndex > 0;
    }
    return field.value !== field.defaultValue;
  };

  const isBeingFilledIn = () => [...document.querySelectorAll("input, textarea, select")].some(isChanged);

  const showNewest = () => {
    keep();
    location.reload();
  };

  const offer = () => {
    if (notice) return;
    notice = document.createElement("button");
    notice.type = "button";
    notice.className = "live-offer";
    notice.textContent = "The data has changed: show the newest version";
    notice.addEventListener("click", showNewest);
    status.append(notice);
  };

  const hear = (event) => {
    if (event.data === shown) return;
    if (isBeingFilledIn()) offer();
    else showNewest();
  };

  // A hidden page does not listen: browsers keep only a few connections open to one server.
  const listen = () => {
    if (document.visibilityState === "hidden") {
      if (source) source.close();
      source = null;
    } else if (!source) {
      source = new EventSource("/events");
      source.addEventListener("version", hear);
    }
  };

  restore();
  listen();
  document.addEventListener("visibilitychange", listen);
  addEventListener("pagehide", () => { if (source) source.close(); source = null; });
  addEventListener("pageshow", listen);
})();
