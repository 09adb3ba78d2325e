// The drawn cell in the browser: one picture per mount, stepped through without asking the server.

import { arithmeticOf, fixed, short } from "./cell_arithmetic.js";
import { diagramOf } from "./cell_diagrams.js";
import { formulaOf } from "./cell_formulas.js";
import { STYLE, paint, scalesOf } from "./cell_style.js";
import { unpack } from "./live_chart.js";

const SVG = "http://www.w3.org/2000/svg";
const STEPS = ["Start state", "Weigh", "Squash", "Pass on", "Predict"];
const SPEEDS = { slow: 2400, normal: 1200, fast: 400 };
const FEW = 6;
const STILL = window.matchMedia("(prefers-reduced-motion: reduce)");

/* ---------- small makers ---------- */

function make(tag, parent, attributes = {}, text) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text !== undefined) element.textContent = text;
  parent?.append(element);
  return element;
}

function draw(tag, parent, attributes = {}) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  parent.append(element);
  return element;
}

/** Write own words with subscripts, "W_{xh} x_t", as text nodes. */
function write(parent, text) {
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

/* ---------- where the reader is ---------- */

const lastIndex = (data) => 3 * data.steps;

function placeOf(data, index) {
  if (index === 0) return { t: 0, step: 1 };
  const t = Math.floor((index - 1) / 3), step = 2 + ((index - 1) % 3);
  return { t, step: step === 4 && t === data.steps - 1 ? 5 : step };
}

function indexOf(data, t, step) {
  if (step === 1) return 0;
  if (step === 5) return lastIndex(data);
  return 1 + 3 * t + (step - 2);
}

function go(picture, index) {
  picture.index = Math.min(Math.max(index, 0), lastIndex(picture.data));
  if (picture.index === lastIndex(picture.data)) stop(picture);
  render(picture);
}

function play(picture) {
  if (picture.timer) return stop(picture);
  if (picture.index === lastIndex(picture.data)) picture.index = 0;
  const beat = () => {
    if (!picture.root.isConnected) return stop(picture);
    go(picture, picture.index + 1);
    if (picture.timer) picture.timer = setTimeout(beat, SPEEDS[picture.speed.value]);
  };
  picture.timer = setTimeout(beat, SPEEDS[picture.speed.value] / 3);
  render(picture);
}

function stop(picture) {
  clearTimeout(picture.timer);
  picture.timer = null;
  showPlaying(picture);
}

function showPlaying(picture) {
  picture.playing.textContent = picture.timer ? "❚❚ Pause" : "▶ Play";
  picture.words.setAttribute("aria-live", picture.timer ? "off" : "polite");
}

const KEYS = {
  ArrowRight: (picture) => go(picture, picture.index + 1),
  ArrowLeft: (picture) => go(picture, picture.index - 1),
  ArrowDown: (picture) => go(picture, picture.index + 3),
  ArrowUp: (picture) => go(picture, picture.index - 3),
  Home: (picture) => go(picture, 0),
  End: (picture) => go(picture, lastIndex(picture.data)),
};

function onKey(picture, event) {
  const target = event.target;
  const ours = picture.root.contains(target);
  if (!(ours || target === document.body) || target.matches?.("input, select, textarea")) return;
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  if (!ours && !["ArrowRight", "ArrowLeft"].includes(event.key)) return;
  const action = KEYS[event.key];
  if (!action) return;
  event.preventDefault();
  stop(picture);
  action(picture);
}

/* ---------- the parts that stay ---------- */

function createPicture(parent) {
  const root = make("div", parent, { class: "cell-picture", tabindex: "0", role: "group" });
  make("style", root, {}, STYLE);
  const picture = { root, index: 0, timer: null, hover: null, pinned: null };
  const steps = make("div", root, { class: "steps", role: "group", "aria-label": "The five steps of the recurrence" });
  picture.steps = STEPS.map((name, k) => {
    const button = make("button", steps, { type: "button" });
    make("b", button, {}, String(k + 1));
    make("span", button, {}, name);
    button.addEventListener("click", () => {
      const { t } = placeOf(picture.data, picture.index);
      stop(picture);
      go(picture, indexOf(picture.data, t, k + 1));
    });
    return button;
  });
  const controls = make("div", root, { class: "controls" });
  const button = (text, label, action) => {
    const made = make("button", controls, { type: "button", "aria-label": label, title: label }, text);
    made.addEventListener("click", action);
    return made;
  };
  const by = (change) => () => (stop(picture), go(picture, picture.index + change));
  picture.back = button("◀ Back", "One step back (left arrow key)", by(-1));
  picture.playing = button("▶ Play", "Play or pause the steps", () => play(picture));
  picture.forward = button("Next ▶", "One step forward (right arrow key)", by(1));
  picture.forward.classList.add("primary");
  picture.speed = make("select", controls, { "aria-label": "Speed" });
  for (const name of Object.keys(SPEEDS)) make("option", picture.speed, { value: name }, name);
  picture.speed.value = "normal";
  picture.slider = make("input", controls, { type: "range", min: "1", step: "1", "aria-label": "Time step" });
  picture.slider.addEventListener("input", () => {
    const { step } = placeOf(picture.data, picture.index);
    stop(picture);
    go(picture, indexOf(picture.data, Number(picture.slider.value) - 1, Math.min(Math.max(step, 2), 4)));
  });
  picture.time = make("output", controls, {});
  picture.caption = make("p", root, { class: "caption" });
  picture.strip = make("div", root, { class: "strip", role: "group", "aria-label": "The steps of the window" });
  const body = make("div", root, { class: "body" });
  const left = make("div", body, { class: "drawing" });
  picture.svg = draw("svg", left, { role: "group" });
  picture.note = make("p", left, { class: "caption" });
  picture.words = make("div", body, { class: "words", "aria-live": "polite" });
  picture.heading = make("p", picture.words, { class: "heading" });
  picture.formula = make("div", picture.words, { class: "formula" });
  picture.sums = make("div", picture.words, { class: "sums" });
  picture.legend = make("div", picture.words, { class: "legend" });
  root.addEventListener("keydown", (event) => event.stopPropagation() ?? onKey(picture, event));
  picture.listener = (event) => onKey(picture, event);
  document.addEventListener("keydown", picture.listener);
  return picture;
}

/* ---------- the parts that depend on the shape of the network ---------- */

function build(picture) {
  const { data } = picture;
  picture.parts = { nodes: [], wires: [] };
  picture.svg.textContent = "";
  const { width, height, nodes, wires } = picture.diagram;
  picture.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  const layer = data.layers > 1 ? ` of layer ${data.layer + 1}` : "";
  picture.svg.setAttribute("aria-label", `${data.cell.toUpperCase()} cell, unit ${data.unit}${layer}`);
  for (const wire of wires) picture.parts.wires.push(buildWire(picture, wire));
  for (const node of nodes) picture.parts.nodes.push(buildNode(picture, node));
  buildFormula(picture);
  buildStrip(picture);
}

/** Let the parts that are drawn already speak of the newest numbers. */
function renew(picture) {
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
  const look = (hover) => () => ((picture.hover = hover), renderWords(picture));
  group.addEventListener("pointerenter", look(id));
  group.addEventListener("pointerleave", look(null));
  group.addEventListener("focus", look(id));
  group.addEventListener("blur", look(null));
  group.addEventListener("click", () => {
    picture.pinned = picture.pinned === id ? null : id;
    render(picture);
  });
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
    button.addEventListener("click", () => {
      const { step } = placeOf(picture.data, picture.index);
      stop(picture);
      go(picture, indexOf(picture.data, t, Math.min(Math.max(step, 2), 4)));
    });
    return { button, top, units, bottom };
  });
}

/* ---------- drawing the numbers ---------- */

function fill(picture, element, number, scale) {
  const { color, ink } = paint(number, picture.scales[scale]);
  element.style.background = color;
  element.style.color = ink;
}

function renderStrip(picture) {
  const { data, at } = picture;
  picture.cells.forEach((cell, t) => {
    cell.top.textContent = short(at.h(t));
    fill(picture, cell.top, at.h(t), "state");
    cell.bottom.textContent = short(data.strip_x[t]);
    fill(picture, cell.bottom, data.strip_x[t], "x");
    cell.units.forEach((unit, k) => fill(picture, unit, data.states[t + 1][k], "state"));
    const told = `Step ${t + 1}: x is ${short(data.strip_x[t])}, h of unit ${data.unit} becomes ${short(at.h(t))}`;
    cell.button.setAttribute("aria-label", told);
  });
}

function renderWire(picture, wire, place) {
  const known = wire.step <= place.step, number = wire.number(place.t);
  const scale = picture.scales[wire.scale];
  const size = number === null ? 0 : Math.min(1, Math.abs(number) / scale.limit);
  const { wireColor } = paint(number ?? 0, scale);
  wire.line.style.stroke = number === null ? "var(--grid)" : wireColor;
  wire.line.style.strokeWidth = 1.6 + 5.4 * size;
  wire.ground.style.strokeWidth = 3 + 5.4 * size;
  if (wire.arrow) wire.arrow.style.fill = wireColor;
  if (wire.label) wire.label.textContent = wire.text(place.t);
  mark(picture, wire, place, known);
  wire.group.setAttribute("aria-label", `Wire: ${number === null ? "nothing yet" : fixed(number, 3)}`);
}

function renderNode(picture, node, place) {
  const known = node.step <= place.step, number = node.number(place.t);
  if (node.kind !== "op") {
    const { color, ink } = paint(number ?? 0, picture.scales[node.scale]);
    node.shape.style.fill = number === null ? "var(--ground)" : color;
    for (const text of node.onShape) text.style.fill = number === null ? "var(--quiet)" : ink;
  }
  if (node.text) node.text.textContent = node.more ?? (number === null ? "" : short(number));
  if (node.inner) node.inner.textContent = `${node.symbol}(${short(node.inside(place.t))})`;
  mark(picture, node, place, known);
  const told = (node.label ?? node.symbol).replace(/[_{}]/g, "");
  node.group.setAttribute("aria-label", `${told}: ${number === null ? "after the last step" : fixed(number, 3)}`);
}

function mark(picture, part, place, known) {
  part.group.classList.toggle("lit", part.step === place.step);
  const nowhere = part.step === 4 && place.t === picture.at.last;
  part.group.classList.toggle("ahead", !known || nowhere);
  part.group.classList.toggle("pinned", picture.pinned === part.id);
}

function render(picture) {
  const { data } = picture;
  const place = placeOf(data, picture.index);
  picture.steps.forEach((button, k) => {
    const current = k + 1 === place.step;
    button.classList.toggle("lit", current);
    current ? button.setAttribute("aria-current", "step") : button.removeAttribute("aria-current");
    button.disabled = k === 3 && place.t === data.steps - 1;
  });
  picture.back.disabled = picture.index === 0;
  picture.forward.disabled = picture.index === lastIndex(data);
  picture.slider.max = String(data.steps);
  picture.slider.value = String(place.t + 1);
  picture.time.textContent = `t = ${place.t + 1} of ${data.steps}`;
  for (const wire of picture.parts.wires) renderWire(picture, wire, place);
  for (const node of picture.parts.nodes) renderNode(picture, node, place);
  picture.cells.forEach(({ button }, t) => {
    button.classList.toggle("lit", t === place.t);
    button.tabIndex = t === place.t ? 0 : -1;
    t === place.t ? button.setAttribute("aria-current", "step") : button.removeAttribute("aria-current");
  });
  for (const part of picture.formulaParts) renderPart(part, place);
  showPlaying(picture);
  scrollStrip(picture, place.t);
  renderWords(picture);
}

function renderPart(part, place) {
  part.box.classList.toggle("lit", part.step === place.step);
  part.box.classList.toggle("ahead", part.step > place.step);
  if (!part.value) return;
  const number = part.value(place.t);
  part.number.textContent = number === null ? "·" : fixed(number, 3);
}

function scrollStrip(picture, t) {
  if (picture.scrolledTo === t) return;
  picture.scrolledTo = t;
  const { button } = picture.cells[t];
  const left = button.offsetLeft - picture.strip.clientWidth / 2 + button.offsetWidth / 2;
  picture.strip.scrollTo({ left, behavior: STILL.matches ? "auto" : "smooth" });
}

/** Write the arithmetic: of what the reader points at or has pinned, else of the current step. */
function renderWords(picture) {
  const { data, at } = picture;
  const place = placeOf(data, picture.index);
  const id = picture.hover ?? picture.pinned;
  const part = [...picture.parts.nodes, ...picture.parts.wires].find((one) => one.id === id);
  const said = part ? part.explain(place.t) : at.explainStep(place.step, place.t);
  picture.heading.textContent = `${place.step} · ${data.sentences[place.step - 1]}`;
  picture.sums.textContent = "";
  const layer = data.layers > 1 ? ` of layer ${data.layer + 1}` : "";
  make("p", picture.sums, { class: "where" }, `${part ? "Selected" : "With numbers"} · step ${place.t + 1}, unit ${data.unit}${layer}`);
  for (const line of said) writeLine(picture, line, said.length === 1 || line.terms?.length > 4);
}

function writeLine(picture, { name, of, text, terms, rest }, alone) {
  const row = make("p", picture.sums, { class: "sum" });
  const title = make("span", row, { class: "sum-name" });
  write(title, name);
  if (of) title.append(` ${of}`);
  make("span", row, { class: "sum-text" }, text);
  if (alone && terms?.length > 1) writeTerms(picture, terms, rest);
}

function writeTerms(picture, terms, rest) {
  const table = make("div", picture.sums, { class: "terms" });
  const rows = terms.map(({ name, title, weight, value }) => [title || name, `${short(weight)} × ${short(value)}`, weight * value]);
  if (rest?.count) rows.push([`${rest.count} smaller`, "", rest.value]);
  const largest = Math.max(...rows.map(([, , product]) => Math.abs(product)), 1e-12);
  for (const [name, product, number] of rows) {
    make("span", table, { class: "term-name" }, name);
    make("span", table, { class: "term-product" }, product);
    const bar = make("span", make("span", table, { class: "term-bar" }));
    bar.style.width = `${(50 * Math.abs(number)) / largest}%`;
    bar.style[number < 0 ? "right" : "left"] = "50%";
    bar.style.background = paint(number, { ...picture.scales.sum, limit: largest }).wireColor;
    make("span", table, { class: "term-number" }, fixed(number, 3));
  }
}

function renderLegend(picture) {
  picture.legend.textContent = "";
  const bar = (scale, low, high, words) => {
    make("span", picture.legend, { class: "legend-end" }, low);
    const ramp = make("span", picture.legend, { class: "ramp" });
    ramp.style.background = `linear-gradient(to right, ${picture.scales[scale].stops.map(([, color]) => color).join(", ")})`;
    make("span", picture.legend, { class: "legend-end" }, high);
    make("span", picture.legend, { class: "legend-word" }, words);
  };
  bar("state", "−", "+", "states and sums; wider wires carry more");
  if (picture.data.cell !== "rnn") bar("gate", "0", "1", "gates");
}

/* ---------- data in ---------- */

function setData(picture, data) {
  const before = picture.data;
  picture.data = data;
  picture.at = arithmeticOf(data);
  picture.scales = scalesOf(picture.at);
  for (const [name, color] of Object.entries(data.theme.colors)) picture.root.style.setProperty(`--${name}`, color);
  picture.root.setAttribute("aria-label", "The cell, step by step: use the left and right arrow keys");
  picture.diagram = diagramOf(picture.at);
  const { id, cell, steps, layer, layers, unit, state_names: units } = data;
  const drawn = picture.diagram.nodes.map((node) => [node.id, node.label, node.more]);
  const shape = JSON.stringify([id, cell, steps, layer, layers, unit, units, drawn]);
  if (before && (before.id !== data.id || before.cell !== data.cell || before.steps !== data.steps)) {
    stop(picture);
    Object.assign(picture, { index: 0, pinned: null, hover: null, scrolledTo: undefined });
  }
  picture.shape === shape ? renew(picture) : build(picture);
  picture.shape = shape;
  write(picture.caption, data.caption);
  write(picture.note, data.note);
  renderLegend(picture);
  renderStrip(picture);
  render(picture);
}

export default function ({ parentElement, data }) {
  const picture = (parentElement.rnnPlaygroundCell ??= createPicture(parentElement));
  setData(picture, unpack(data));
  return () => setTimeout(() => remove(picture, parentElement));
}

/** Free a picture whose mount is gone; a mount that is only updated stays in the document. */
function remove(picture, parentElement) {
  if (picture.root.isConnected) return;
  stop(picture);
  document.removeEventListener("keydown", picture.listener);
  delete parentElement.rnnPlaygroundCell;
}
