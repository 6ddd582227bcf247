/* The drawing of a graph: what belongs to a node stands out when it is pointed at, and the drawing can be made larger. */
(function () {
  "use strict";
  const box = document.querySelector(".graph-drawing");
  const svg = box && box.querySelector("svg.drawing");
  if (!svg) return;
  const nodes = new Map();
  svg.querySelectorAll("[data-node]").forEach((node) => nodes.set(node.dataset.node, node));
  const edges = Array.from(svg.querySelectorAll("[data-ends]"), (edge) => ({ edge, ends: edge.dataset.ends.split(" ") }));

  function look(id) {
    box.classList.toggle("looking", Boolean(id));
    nodes.forEach((node) => node.classList.remove("near"));
    edges.forEach(({ edge, ends }) => {
      const near = Boolean(id) && ends.includes(id);
      edge.classList.toggle("near", near);
      if (near) ends.forEach((end) => nodes.has(end) && nodes.get(end).classList.add("near"));
    });
    if (id && nodes.has(id)) nodes.get(id).classList.add("near");
  }
  function of(target) {
    const link = target instanceof Element && target.closest("a, [data-node]");
    const node = link && (link.matches("[data-node]") ? link : link.querySelector("[data-node]"));
    return node ? node.dataset.node : "";
  }
  svg.addEventListener("pointerover", (event) => look(of(event.target)));
  svg.addEventListener("pointerleave", () => look(""));
  svg.addEventListener("focusin", (event) => look(of(event.target)));
  svg.addEventListener("focusout", () => look(""));

  const natural = svg.viewBox.baseVal;
  function fitting() {
    return Math.min(1, (box.clientWidth - 18) / natural.width);
  }
  let scale = Math.max(fitting(), Math.min(1, 0.72));
  function size(wanted) {
    const before = [box.scrollLeft + box.clientWidth / 2, box.scrollTop + box.clientHeight / 2, scale];
    scale = Math.min(3, Math.max(0.2, wanted));
    box.classList.add("sized");
    svg.setAttribute("width", String(natural.width * scale));
    svg.setAttribute("height", String(natural.height * scale));
    box.scrollLeft = (before[0] * scale) / before[2] - box.clientWidth / 2;
    box.scrollTop = (before[1] * scale) / before[2] - box.clientHeight / 2;
  }
  const tools = document.querySelector(".graph-tools");
  tools.hidden = false;
  tools.addEventListener("click", (event) => {
    const button = event.target.closest("[data-zoom]");
    if (button) size({ in: scale * 1.25, out: scale / 1.25, fit: fitting() }[button.dataset.zoom]);
  });
  size(scale);
  const focus = svg.querySelector(".focus");
  if (focus) {
    const at = focus.getBoundingClientRect();
    const here = box.getBoundingClientRect();
    box.scrollLeft += at.left + at.width / 2 - here.left - here.width / 2;
    box.scrollTop += at.top + at.height / 2 - here.top - here.height / 2;
  }
})();
