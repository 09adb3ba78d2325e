// The drawn cell in the browser: one picture per mount, stepped through without asking the server.

import { arithmeticOf, fixed, short } from "./cell_arithmetic.js";
import { diagramOf } from "./cell_diagrams.js";
import { build, draw, make, renew, write } from "./cell_parts.js";
import { STYLE, paint, scalesOf } from "./cell_style.js";
import { renderLegend, renderWords } from "./cell_words.js";
import { unpack } from "./live_chart.js";

const STEPS = ["Start state", "Weigh", "Squash", "Pass on", "Predict"];
const SPEEDS = { slow: 2400, normal: 1200, fast: 400 };
const STILL = window.matchMedia("(prefers-reduced-motion: reduce)");

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
  listen(picture);
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
    picture.visit(Number(picture.slider.value) - 1);
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

/** What the parts of the picture call when the reader points at, pins or visits something. */
function listen(picture) {
  picture.look = (id) => {
    picture.hover = id;
    renderWords(picture, placeOf(picture.data, picture.index));
  };
  picture.pin = (id) => {
    picture.pinned = picture.pinned === id ? null : id;
    render(picture);
  };
  picture.visit = (t) => {
    const { step } = placeOf(picture.data, picture.index);
    stop(picture);
    go(picture, indexOf(picture.data, t, Math.min(Math.max(step, 2), 4)));
  };
}

/* ---------- drawing the numbers ---------- */

function fill(picture, element, number, scale) {
  const { color, ink } = paint(number, picture.scales[scale]);
  element.style.background = color;
  element.style.color = ink;
}

function renderStrip(picture) {
  const { data, at } = picture;
  const read = (t) => data.strip_names[t] ?? short(data.strip_x[t]);
  picture.cells.forEach((cell, t) => {
    cell.top.textContent = short(at.h(t));
    fill(picture, cell.top, at.h(t), "state");
    cell.bottom.textContent = read(t);
    fill(picture, cell.bottom, data.strip_x[t], "x");
    cell.units.forEach((unit, k) => fill(picture, unit, data.states[t + 1][k], "state"));
    const told = `Step ${t + 1}: x is ${read(t)}, h of unit ${data.unit} becomes ${short(at.h(t))}`;
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
  renderWords(picture, place);
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
