// The parts of the picture that are made once for a network's shape, and the small makers for them.

import { formulaOf } from "./cell_formulas.js";

const SVG = "http://www.w3.org/2000/svg";
const FEW = 6;

export function make(tag, parent, attributes = {}, text) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text !== undefined) element.textContent = text;
  parent?.append(element);
  return element;
}

export function draw(tag, parent, attributes = {}) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  parent.append(element);
  return element;
}

/** Write own words with subscripts, "W_{xh} x_t", as text nodes. */
export function write(parent, text) {
  const inSvg = parent.namespaceURI === SVG;
  parent.textContent = "";
  let lowered = false;
  for (const [, plain, braced, single] of text.matchAll(/([^_]+)|_\{([^}]*)\}|_(.)/g)) {
    const low = plain === undefined;
    const words = plain ?? braced ?? single;
    if (!inSvg) low ? make("sub", parent, {}, words) : parent.append(words);
    else {
      const span = draw("tspan", parent, { dy: low ? 3 : lowered ? -3 : 0, class: low ? "sub" : "" });
      span.textContent = words;
    }
    lowered = low;
  }
}

export function build(picture) {
  const { data } = picture;
  picture.parts = { nodes: [], wires: [] };
  picture.svg.textContent = "";
  const { width, height, nodes, wires } = picture.diagram;
  picture.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  const layer = data.layers > 1 ? ` of layer ${data.layer + 1}` : "";
  picture.svg.setAttribute("aria-label", `${data.title}, unit ${data.unit}${layer}`);
  for (const wire of wires) picture.parts.wires.push(buildWire(picture, wire));
  for (const node of nodes) picture.parts.nodes.push(buildNode(picture, node));
  buildFormula(picture);
  buildStrip(picture);
}

/** Let the parts that are drawn already speak of the newest numbers. */
export function renew(picture) {
  const { nodes, wires } = picture.diagram;
  picture.parts.nodes.forEach((part, k) => Object.assign(part, { ...nodes[k], text: part.text }));
  picture.parts.wires.forEach((part, k) => Object.assign(part, { ...wires[k], arrow: part.arrow }));
  const values = formulaOf(picture.at).flat();
  picture.formulaParts.forEach((part, k) => (part.value = values[k].value));
}

function touchable(picture, group, id) {
  group.setAttribute("tabindex", "0");
  group.setAttribute("role", "button");
  group.dataset.id = id;
  const look = (hover) => () => picture.look(hover);
  group.addEventListener("pointerenter", look(id));
  group.addEventListener("pointerleave", look(null));
  group.addEventListener("focus", look(id));
  group.addEventListener("blur", look(null));
  group.addEventListener("click", () => picture.pin(id));
}

function buildWire(picture, wire) {
  const group = draw("g", picture.svg, { class: "wire" });
  touchable(picture, group, wire.id);
  draw("path", group, { d: wire.path, class: "hit" });
  const ground = draw("path", group, { d: wire.path, class: "ground" });
  const line = draw("path", group, { d: wire.path, class: "line" });
  draw("path", group, { d: wire.path, class: "flow" });
  const arrow = wire.arrow && draw("path", group, { d: `M${wire.arrow[0] - 7},${wire.arrow[1] - 5} l8,5 l-8,5 z`, class: "arrow" });
  const text = wire.text && draw("text", group, { x: wire.textX, y: wire.textY, class: "wire-text" });
  return { ...wire, group, ground, line, arrow, label: text };
}

function buildNode(picture, node) {
  const group = draw("g", picture.svg, { class: `node ${node.kind}` });
  touchable(picture, group, node.id);
  const r = node.r ?? (node.kind === "op" ? 12 : 20);
  const made = { ...node, group };
  if (node.kind === "gate") {
    made.shape = draw("rect", group, { x: node.x - 40, y: node.y - 30, width: 80, height: 60, rx: 9 });
    made.inner = draw("text", group, { x: node.x, y: node.y - 14, class: "small" });
    made.text = draw("text", group, { x: node.x, y: node.y + 6, class: "big" });
    write(draw("text", group, { x: node.x, y: node.y + 23, class: "gate-label" }), node.label);
    made.onShape = [made.inner, made.text, group.lastChild];
    return made;
  }
  if (node.more) made.shape = draw("rect", group, { x: node.x - 27, y: node.y - 13, width: 54, height: 26, rx: 13 });
  else made.shape = draw("circle", group, { cx: node.x, cy: node.y, r });
  if (node.kind === "op") {
    draw("text", group, { x: node.x, y: node.y + 5, class: "symbol" }).textContent = node.symbol;
    if (node.numberAt) made.text = draw("text", group, { x: node.x + node.numberAt[0], y: node.y + node.numberAt[1], class: "beside" });
    return made;
  }
  made.text = draw("text", group, { x: node.x, y: node.y + 4, class: "inside" });
  made.onShape = [made.text];
  const [x, y, anchor] = node.labelLeft
    ? [node.x - (node.more ? 32 : r + 6), node.y + 4, "end"]
    : [node.x, node.labelBelow ? node.y + r + 16 : node.y - r - 7, "middle"];
  write(draw("text", group, { x, y, "text-anchor": anchor, class: "node-label" }), node.label);
  return made;
}

function buildFormula(picture) {
  picture.formula.textContent = "";
  picture.formulaParts = formulaOf(picture.at).flatMap((parts) => {
    const line = make("div", picture.formula, { class: "line" });
    return parts.map((part) => {
      const box = make("span", line, { class: "part" });
      write(make("span", box, { class: "symbols" }), part.text);
      const number = make("span", box, { class: "number" }, part.value ? "" : "\u00a0");
      return { ...part, box, number };
    });
  });
}

function buildStrip(picture) {
  const { data } = picture;
  picture.strip.textContent = "";
  picture.strip.classList.toggle("few", data.steps <= FEW);
  const legend = make("div", picture.strip, { class: "strip-legend" });
  for (const text of ["h_t", "cell", "x_t", "t"]) write(make("span", legend, {}), text);
  picture.cells = Array.from({ length: data.steps }, (_, t) => {
    const button = make("button", picture.strip, { type: "button", class: "mini" });
    const top = make("span", button, { class: "chip" });
    const box = make("span", button, { class: "box" });
    const units = data.state_names.map(() => make("i", box));
    const bottom = make("span", button, { class: "chip round" });
    make("span", button, { class: "count" }, String(t + 1));
    button.addEventListener("click", () => picture.visit(t));
    return { button, top, units, bottom };
  });
}
