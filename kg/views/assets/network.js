"use strict";
// Draws the network of the page with vis-network. All words come from the data block and are set as text, never as HTML.
(function () {
  const data = JSON.parse(document.getElementById("data").textContent);
  const byId = new Map(data.nodes.map((node) => [node.id, node]));
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const shown = new Set();
  document.querySelectorAll(".filters input").forEach((box) => box.checked && shown.add(box.value));
  document.getElementById("app").hidden = false;

  const visible = (node) => shown.has(node.family);
  const colours = (print) => (dark.matches && !print)
    ? { ink: "#eae7e0", paper: "#1d1f25", line: "rgba(200,196,188,0.34)", claim: "#173737", rim: "#4fb3b3", red: "#ff938a" }
    : { ink: "#1c1b19", paper: "#ffffff", line: "rgba(87,83,74,0.36)", claim: "#e2f0f0", rim: "#1f8585", red: "#9b1c1c" };

  function nodeLook(node, tone) {
    const own = data.nodes.find((one) => one.id === node.id).fill;
    let background = own, border = tone.paper;
    if (node.family === "claim") { background = tone.claim; border = tone.rim; }
    if (node.family === "conflict") { background = tone.paper; border = tone.red; }
    if (node.disputed) border = tone.red;
    if (node.unnamed) { background = tone.paper; border = node.disputed ? tone.red : own; }
    const paint = { background: background, border: border };
    return {
      id: node.id, hidden: !visible(node),
      color: { ...paint, highlight: { ...paint, border: tone.ink }, hover: { ...paint, border: tone.ink } },
      font: { color: node.family === "conflict" ? tone.red : tone.ink, strokeColor: tone.paper, strokeWidth: node.inside ? 0 : 3 },
    };
  }

  function edgeLook(edge, tone) {
    const colour = edge.conflict ? tone.red : tone.line;
    return {
      id: edge.id,
      hidden: !(visible(byId.get(edge.from)) && visible(byId.get(edge.to))),
      color: { color: colour, highlight: edge.conflict ? tone.red : tone.ink, hover: edge.conflict ? tone.red : tone.ink },
    };
  }

  data.nodes.forEach((node) => { node.fill = node.color.background; });
  data.edges.forEach((edge, number) => { edge.id = "e" + number; });
  const tone = colours(false);
  const nodes = new vis.DataSet(data.nodes.map((node) => ({ ...node, ...nodeLook(node, tone) })));
  const edges = new vis.DataSet(data.edges.map((edge) => ({ ...edge, ...edgeLook(edge, tone) })));
  const picture = document.getElementById("picture");
  const network = new vis.Network(picture, { nodes: nodes, edges: edges }, data.options);

  function paint(print) {
    const now = colours(print === true);
    nodes.update(data.nodes.map((node) => nodeLook(node, now)));
    edges.update(data.edges.map((edge) => edgeLook(edge, now)));
  }
  dark.addEventListener("change", () => paint());
  window.addEventListener("beforeprint", () => { paint(true); network.redraw(); });
  window.addEventListener("afterprint", () => paint());

  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const motion = still ? false : { duration: 350 };
  function fit() {
    network.fit({ nodes: data.nodes.filter(visible).map((node) => node.id), animation: false, minZoomLevel: 0.05, maxZoomLevel: 1.4 });
  }
  // A large picture starts where the disputes are, at a size that can be read; "Show all" shows the rest.
  fit();
  if (network.getScale() < 0.6) {
    const clashing = data.nodes.filter((node) => node.disputed && visible(node)).map((node) => node.id);
    if (clashing.length) network.fit({ nodes: clashing, animation: false, maxZoomLevel: 0.9 });
    if (network.getScale() < 0.6) network.moveTo({ scale: 0.6 });
  }
  document.getElementById("fit").addEventListener("click", fit);
  const zoom = (factor) => network.moveTo({ scale: network.getScale() * factor, animation: motion });
  document.getElementById("in").addEventListener("click", () => zoom(1.3));
  document.getElementById("out").addEventListener("click", () => zoom(1 / 1.3));
  picture.addEventListener("keydown", (event) => {
    const steps = { ArrowLeft: [-60, 0], ArrowRight: [60, 0], ArrowUp: [0, -60], ArrowDown: [0, 60] };
    const step = steps[event.key];
    if (step) {
      const at = network.getViewPosition(), scale = network.getScale();
      network.moveTo({ position: { x: at.x + step[0] / scale, y: at.y + step[1] / scale } });
    } else if (event.key === "+" || event.key === "=") zoom(1.3);
    else if (event.key === "-") zoom(1 / 1.3);
    else if (event.key === "0") fit();
    else return;
    event.preventDefault();
  });

  document.querySelectorAll(".filters input").forEach((box) => box.addEventListener("change", () => {
    if (box.checked) shown.add(box.value); else shown.delete(box.value);
    paint();
  }));

  const detail = document.getElementById("detail");
  function add(parent, tag, text) {
    const made = document.createElement(tag);
    made.textContent = text;
    parent.append(made);
    return made;
  }
  function choose(id, move) {
    const node = byId.get(id);
    if (!visible(node)) {
      shown.add(node.family);
      document.querySelectorAll(".filters input").forEach((box) => { if (box.value === node.family) box.checked = true; });
      paint();
    }
    network.selectNodes([id]);
    if (move) network.focus(id, { scale: Math.max(network.getScale(), 1), animation: motion });
    describe(node);
  }
  function describe(node) {
    detail.replaceChildren();
    add(detail, "h2", node.name).dir = "auto";
    add(detail, "p", node.title.split("\n").slice(1).join(" · ")).className = "soft small";
    const list = document.createElement("ul");
    data.edges.forEach((edge) => {
      if (edge.from !== node.id && edge.to !== node.id) return;
      const other = byId.get(edge.from === node.id ? edge.to : edge.from);
      const item = document.createElement("li");
      if (edge.conflict) item.append(node.family === "conflict" ? "clashes: " : "✕ ");
      else item.append(edge.from === node.id ? edge.name + " → " : "← " + edge.name + " ");
      const button = add(item, "button", other.name);
      button.type = "button";
      button.addEventListener("click", () => choose(other.id, true));
      list.append(item);
    });
    detail.append(list);
  }
  network.on("selectNode", (event) => describe(byId.get(event.nodes[0])));

  document.getElementById("search").addEventListener("submit", (event) => {
    event.preventDefault();
    const wanted = document.getElementById("find").value.trim().toLowerCase();
    if (!wanted) return;
    const rank = (node) => {
      const name = node.name.toLowerCase();
      return name === wanted ? 0 : name.startsWith(wanted) ? 1 : name.includes(wanted) ? 2 : 3;
    };
    const best = data.nodes.filter((node) => rank(node) < 3).sort((a, b) => rank(a) - rank(b))[0];
    if (best) choose(best.id, true);
    else { detail.replaceChildren(); add(detail, "p", "Nothing here is called that."); }
  });

  const move = document.getElementById("move");
  if (move) {
    move.addEventListener("change", () => network.setOptions({ physics: { enabled: move.checked } }));
    network.on("stabilized", () => { move.checked = false; network.setOptions({ physics: { enabled: false } }); });
  }
})();
