/* All nodes at once, drawn with WebGL when somebody asks for it. */
(function () {
  "use strict";
  const place = document.getElementById("whole");
  if (!place || typeof window.Sigma !== "function" || !window.graphology) return;
  const part = (name) => place.querySelector(name);
  const state = part(".whole-state");
  const canvas = part(".whole-canvas");
  part(".whole-without").hidden = true;
  part(".whole-ask").hidden = false;

  function data() {
    const here = document.getElementById("whole-data");
    if (here) return Promise.resolve(JSON.parse(here.textContent));
    return fetch(place.dataset.from, { credentials: "same-origin" }).then((answer) => {
      if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
      return answer.json();
    });
  }
  function short(label) {
    const signs = Array.from(label);
    return signs.length > 48 ? `${signs.slice(0, 47).join("").trimEnd()}…` : label;
  }
  function colours() {
    const tokens = window.getComputedStyle(document.documentElement);
    const token = (name) => tokens.getPropertyValue(name).trim();
    return { text: token("--ink"), paper: token("--card"), line: token("--line"), conflict: token("--red") };
  }
  /* The label of the node that is pointed at, in the colours of the page: a box behind the words, and a ring. */
  function label(context, node, settings, inks) {
    context.font = `${settings.labelWeight} ${settings.labelSize}px ${settings.labelFont}`;
    const width = context.measureText(node.label || "").width;
    const left = node.x + node.size + 3;
    context.fillStyle = inks.paper;
    context.strokeStyle = inks.text;
    context.beginPath();
    context.rect(left - 2, node.y - settings.labelSize, width + 8, settings.labelSize * 2);
    context.fill();
    context.stroke();
    context.beginPath();
    context.arc(node.x, node.y, node.size + 2, 0, Math.PI * 2);
    context.stroke();
    context.fillStyle = inks.text;
    context.fillText(node.label || "", left + 2, node.y + settings.labelSize / 3);
  }
  function draw(found) {
    const graph = new window.graphology.Graph({ multi: true, type: "directed" });
    found.nodes.forEach((node, number) => {
      graph.addNode(number, {
        x: node.x, y: -node.y, label: (node.disputed ? "✕ " : "") + short(node.label),
        size: node.disputed ? 6 : 4, color: node.colour,
      });
    });
    found.edges.forEach((edge) => {
      graph.addEdge(edge.source, edge.target, {
        size: edge.conflict ? 3 : 0.6, conflict: edge.conflict, zIndex: edge.conflict ? 1 : 0,
      });
    });
    canvas.hidden = false;
    let inks = colours();
    const sigma = new window.Sigma(graph, canvas, {
      zIndex: true, labelDensity: 0.6, labelRenderedSizeThreshold: 5, labelColor: { color: inks.text },
      edgeReducer: (_, edge) => Object.assign({}, edge, { color: edge.conflict ? inks.conflict : inks.line }),
      defaultDrawNodeHover: (context, node, settings) => label(context, node, settings, inks),
    });
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      inks = colours();
      sigma.setSetting("labelColor", { color: inks.text });
    });
    const camera = sigma.getCamera();
    const tools = part(".whole-tools");
    tools.hidden = false;
    tools.addEventListener("click", (event) => {
      const button = event.target.closest("[data-zoom]");
      if (!button) return;
      if (button.dataset.zoom === "in") camera.animatedZoom();
      else if (button.dataset.zoom === "out") camera.animatedUnzoom();
      else camera.animatedReset();
    });
    find(found, sigma, camera);
    state.textContent = `${found.nodes.length.toLocaleString("en")} nodes and ${found.edges.length.toLocaleString("en")} lines are drawn.`;
  }
  function find(found, sigma, camera) {
    const names = document.getElementById("whole-names");
    const go = part(".whole-go");
    const byLabel = new Map();
    found.nodes.forEach((node, number) => {
      if (byLabel.has(node.label)) return;
      byLabel.set(node.label, number);
      const option = document.createElement("option");
      option.value = node.label;
      names.append(option);
    });
    function choose(number) {
      const shown = sigma.getNodeDisplayData(number);
      camera.animate({ x: shown.x, y: shown.y, ratio: 0.25 });
      const name = found.nodes[number].name.replace(/%/g, "%25").replace(/,/g, "%2C");
      go.hidden = !place.dataset.graph;
      if (!go.hidden) go.href = `${place.dataset.graph}?focus=${encodeURIComponent(name)}`;
      state.textContent = `${found.nodes[number].label} (${found.nodes[number].kind})`;
    }
    part(".whole-find").hidden = false;
    document.getElementById("whole-choice").addEventListener("change", (event) => {
      if (byLabel.has(event.target.value)) choose(byLabel.get(event.target.value));
    });
    sigma.on("clickNode", ({ node }) => choose(Number(node)));
  }
  part(".whole-draw").addEventListener("click", () => {
    part(".whole-ask").hidden = true;
    state.textContent = "Placing the nodes …";
    data().then(draw).catch((error) => {
      state.textContent = `It could not be drawn: ${error.message}. The focused drawing shows the same, part by part.`;
    });
  });
})();
