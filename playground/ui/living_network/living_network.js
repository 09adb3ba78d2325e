// The living network in the browser: one picture per mount, updated in place, its reading head moved without the server.

import { make } from "./cell_parts.js";
import { unpack } from "./live_chart.js";
import { SPEEDS, STILL, keepMoving, showMoment } from "./living_motion.js";
import { arrange, nameTiles, renew, showInside } from "./living_parts.js";
import { STYLE } from "./living_style.js";
import { linkWords, mapWords, stepWords, twinWords, unitWords } from "./living_words.js";

const SVG = "http://www.w3.org/2000/svg";

/* ---------- the parts that stay ---------- */

function createPicture(parent) {
  const root = make("div", parent, { class: "living", role: "group", "aria-label": "The network, reading" });
  make("style", root, {}, STYLE);
  const head = make("div", root, { class: "head" });
  const picture = { root, step: 0, phase: 0, passes: 0, shown: [], playing: !STILL.matches, onScreen: false, chosen: null, seen: null };
  picture.title = make("div", head, { class: "title" });
  addControls(picture, make("div", head, { class: "controls" }));
  const stage = make("div", root, { class: "stage" });
  picture.svg = document.createElementNS(SVG, "svg");
  picture.svg.setAttribute("role", "group");
  // What moves has a layer of its own, so that the browser need not paint the rest again.
  picture.flow = document.createElementNS(SVG, "svg");
  picture.flow.setAttribute("aria-hidden", "true");
  picture.flow.setAttribute("class", "flow");
  stage.append(picture.svg, picture.flow);
  picture.inside = make("div", stage, { class: "inside", hidden: "" });
  picture.telling = make("p", root, { class: "telling" });
  picture.caption = make("p", root, { class: "caption" });
  picture.twin = make("p", root, { class: "hidden" });
  picture.commit = () => tell(picture);
  picture.pause = () => play(picture, false);
  listen(picture);
  picture.sizes = new ResizeObserver(() => fit(picture));
  picture.sizes.observe(stage);
  picture.screen = new IntersectionObserver(([entry]) => {
    picture.onScreen = entry.isIntersecting;
    keepMoving(picture);
  });
  picture.screen.observe(stage);
  picture.stage = stage;
  return picture;
}

function addControls(picture, parent) {
  const button = (text, label, action) => {
    const made = make("button", parent, { type: "button", "aria-label": label, title: label }, text);
    made.addEventListener("click", action);
    return made;
  };
  button("‹", "One step back (left arrow key)", () => go(picture, picture.step - 1));
  picture.playButton = button("", "", () => play(picture, !picture.playing));
  picture.playButton.classList.add("playing");
  button("›", "One step forward (right arrow key)", () => go(picture, picture.step + 1));
  picture.speed = make("select", parent, { "aria-label": "Speed of reading" });
  for (const name of Object.keys(SPEEDS)) make("option", picture.speed, { value: name }, name);
  picture.speed.value = "normal";
}

/* ---------- where the head is ---------- */

function play(picture, on) {
  if (!picture.data) return;
  picture.playing = on;
  picture.passes = 0;
  picture.phase = 0;
  if (on && picture.step === picture.data.outputs.length - 1) picture.step = 0;
  tell(picture);
  if (!on) showMoment(picture);
  keepMoving(picture);
}

function go(picture, step) {
  if (!picture.data) return;
  picture.step = Math.min(Math.max(step, 0), picture.data.outputs.length - 1);
  play(picture, false);
}

/** Say the step in words and, while the head stands, every number to those who listen. */
function tell(picture) {
  const { data, step, seen, chosen, playing } = picture;
  picture.root.dataset.step = step;
  picture.root.dataset.playing = playing;
  picture.playButton.textContent = playing ? "❚❚ Hold" : "▶ Read on";
  picture.playButton.title = playing ? "Hold the reading head (space key)" : "Read on (space key)";
  picture.playButton.setAttribute("aria-label", picture.playButton.title);
  const of = seen ?? chosen;
  picture.telling.textContent = of?.words ?? (of ? unitWords(picture, of.layer, of.unit) : stepWords(data, step));
  showInside(picture);
  light(picture, seen?.words ? null : of);
  if (playing) return;
  picture.twin.textContent = twinWords(data, step);
  nameTiles(picture);
}

/** Let the lines of one unit stand out. */
function light(picture, of) {
  const { parts, layout, svg } = picture;
  svg.classList.toggle("choosing", Boolean(of));
  if (!of) return;
  const place = layout.layers[of.layer].tiles.findIndex((tile) => tile.unit === of.unit);
  parts.gaps.forEach(({ links }, gap) => {
    for (const path of links) {
      path.classList.toggle("lit", (gap === of.layer && path.link.to === place) || (gap === of.layer + 1 && path.link.from === place));
    }
  });
}

/* ---------- the reader's hand ---------- */

function listen(picture) {
  const { svg, root } = picture;
  svg.addEventListener("pointerover", ({ target }) => look(picture, target));
  svg.addEventListener("pointermove", (event) => event.target.dataset?.map && lookAtMap(picture, event));
  svg.addEventListener("pointerleave", () => look(picture, null));
  svg.addEventListener("focusin", ({ target }) => rove(picture, target.closest(".tile")));
  svg.addEventListener("focusout", () => look(picture, null));
  svg.addEventListener("click", ({ target }) => choose(picture, target.closest(".tile")));
  root.addEventListener("keydown", (event) => onKey(picture, event));
}

function look(picture, target) {
  const tile = target?.closest?.(".tile"), link = target?.link;
  const before = picture.seen;
  if (tile) picture.seen = { layer: Number(tile.dataset.layer), unit: Number(tile.dataset.unit) };
  else if (link) picture.seen = { words: wordsOf(picture, target) };
  else picture.seen = null;
  if (before || picture.seen) tell(picture);
}

function wordsOf(picture, path) {
  const { data, layout, parts } = picture, gap = parts.gaps.findIndex(({ links }) => links.includes(path));
  const from = gap ? layout.layers[gap - 1].tiles[path.link.from].unit : path.link.from;
  return linkWords(data, gap, from, layout.layers[gap]?.tiles[path.link.to].unit, path.link.weight);
}

function lookAtMap(picture, { target, offsetX, offsetY, clientX, clientY }) {
  const layer = Number(target.dataset.map), level = picture.data.layers[layer], units = picture.seats[layer];
  const box = target.getBoundingClientRect();
  const cell = (share) => Math.min(units.length - 1, Math.max(0, Math.floor(share * units.length)));
  const to = units[cell((clientY - box.top) / box.height)], from = units[cell((clientX - box.left) / box.width)];
  const at = (unit) => level.units.indexOf(unit);
  picture.seen = { words: mapWords(layer, to, from, level.W_h[at(to)][at(from)]) };
  tell(picture);
}

function choose(picture, tile) {
  const one = tile && { layer: Number(tile.dataset.layer), unit: Number(tile.dataset.unit) };
  const same = one && picture.chosen?.layer === one.layer && picture.chosen.unit === one.unit;
  picture.chosen = same ? null : one;
  if (one && !same) picture.report("picked", { layer: one.layer + 1, unit: one.unit });
  if (tile) rove(picture, tile);
  nameTiles(picture);
  tell(picture);
}

/** Let the tab key find one tile: the one the reader was on last. */
function rove(picture, tile) {
  if (!tile) return;
  for (const one of picture.svg.querySelectorAll(".tile")) one.setAttribute("tabindex", one === tile ? "0" : "-1");
  picture.roving = [tile.dataset.layer, tile.dataset.unit].join(" ");
  look(picture, tile);
}

const STEPS = {
  ArrowRight: (picture) => go(picture, picture.step + 1),
  ArrowLeft: (picture) => go(picture, picture.step - 1),
  Home: (picture) => go(picture, 0),
  End: (picture) => go(picture, picture.data.outputs.length - 1),
  " ": (picture) => play(picture, !picture.playing),
};

function onKey(picture, event) {
  const { key, target } = event, tile = target.closest?.(".tile");
  if (event.altKey || event.ctrlKey || event.metaKey || target.matches("select")) return;
  if (key === " " && target.matches("button")) return;
  const tiles = [...picture.svg.querySelectorAll(".tile")];
  if (STEPS[key]) STEPS[key](picture);
  else if (tile && key === "Enter") choose(picture, tile);
  else if (key === "Escape" && picture.chosen) choose(picture, null);
  else if (tile && (key === "ArrowDown" || key === "ArrowUp")) tiles[tiles.indexOf(tile) + (key === "ArrowDown" ? 1 : -1)]?.focus();
  else return;
  event.preventDefault();
}

/* ---------- data in ---------- */

function fit(picture) {
  const width = Math.floor(picture.stage.clientWidth);
  if (!picture.data || !width || width === picture.width) return;
  picture.width = width;
  drawAll(picture);
}

function drawAll(picture) {
  if (!picture.width) return;
  const focused = picture.svg.contains(document.activeElement);
  picture.fresh = true;
  picture.flowing = picture.lit = undefined;
  const anew = arrange(picture);
  if (picture.chosen && !picture.seats[picture.chosen.layer]?.includes(picture.chosen.unit)) picture.chosen = null;
  renew(picture);
  if (anew) {
    const tiles = [...picture.svg.querySelectorAll(".tile")];
    const one = tiles.find((tile) => [tile.dataset.layer, tile.dataset.unit].join(" ") === picture.roving) ?? tiles[0];
    one.setAttribute("tabindex", "0");
    if (focused) one.focus();
    nameTiles(picture);
  }
  showMoment(picture);
  tell(picture);
  keepMoving(picture);
}

function setData(picture, data) {
  const before = picture.data;
  picture.title.textContent = data.title;
  picture.root.classList.toggle("waiting", !data.layers);
  if (!data.layers) return;
  data.layers = Object.values(data.layers);
  picture.data = data;
  for (const [name, color] of Object.entries(data.theme.colors)) picture.root.style.setProperty(`--${name}`, color);
  picture.caption.textContent = data.caption;
  picture.svg.setAttribute("aria-label", data.title);
  const last = data.outputs.length - 1;
  if (!before || before.id !== data.id || before.outputs.length !== data.outputs.length) {
    Object.assign(picture, { step: picture.playing ? 0 : last, phase: 0, chosen: null, seen: null, seats: undefined });
  }
  if (before && String(before.outputs) !== String(data.outputs)) picture.passes = 0;
  picture.width ||= Math.floor(picture.stage.clientWidth);
  drawAll(picture);
}

export default function ({ parentElement, data, setTriggerValue }) {
  const picture = (parentElement.rnnPlaygroundLiving ??= createPicture(parentElement));
  picture.report = setTriggerValue;
  setData(picture, unpack(data));
  return () => setTimeout(() => remove(picture, parentElement));
}

/** Free a picture whose mount is gone; a mount that is only updated stays in the document. */
function remove(picture, parentElement) {
  if (picture.root.isConnected) return;
  picture.playing = false;
  keepMoving(picture);
  picture.sizes.disconnect();
  picture.screen.disconnect();
  delete parentElement.rnnPlaygroundLiving;
}
