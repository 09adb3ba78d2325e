// The parts of the living network: built once for a shape, then only told new numbers.

import { draw, make } from "./cell_parts.js";
import { paint } from "./cell_style.js";
import { layoutOf, lineOf, linksOf, loopOf, mostTiles, pointOf, seat } from "./living_layout.js";
import { CELLS, exact, unitName, valueOf } from "./living_words.js";
import { short } from "./cell_arithmetic.js";

const MANY_LINKS = 70;
const INSIDE_PX = 196;

const largest = (rows, least) => Math.max(least, ...rows.map((row) => Math.max(...Array.from(row, Math.abs).filter(Number.isFinite), 0)));
const scaleOf = (data, limit) => ({ limit, stops: data.theme.activations, low: -limit });

/** Lay the picture out anew where its shape or the width has changed; return whether it has. */
export function arrange(picture) {
  const { data, width } = picture;
  const most = mostTiles(data, width);
  picture.seats = data.layers.map((layer, k) => seat(layer, most, picture.seats?.[k]));
  const shape = JSON.stringify([width, data.cell, data.names, data.layers.map((layer) => layer.size), picture.seats, data.theme.colors.ground]);
  picture.read = data.inputs.map((row) => row[0]);
  picture.limits = {
    series: 1.08 * largest([picture.read, data.truth, data.outputs], 0.5),
    layers: data.layers.map((layer) => largest(layer.values.h, 0.05)),
  };
  picture.scale = scaleOf(data, largest(data.layers.flatMap((layer) => layer.values.h), 1));
  picture.inputScale = scaleOf(data, largest(data.inputs, 1));
  if (picture.shape === shape) return false;
  picture.shape = shape;
  picture.layout = layoutOf(data, picture.seats, width);
  build(picture);
  return true;
}

function build(picture) {
  const { data, layout, svg } = picture, { theme } = data;
  svg.textContent = "";
  svg.setAttribute("viewBox", `0 0 ${layout.width} ${layout.height}`);
  svg.style.height = `${layout.height}px`;
  picture.root.classList.toggle("narrow", layout.narrow);
  const parts = (picture.parts = { gaps: [], tiles: [], maps: [], loops: [], nodes: [] });
  const word = (text, x, y, kind) => (draw("text", svg, { x, y, class: kind }).textContent = text);
  word(layout.narrow ? "reads" : "what it reads", layout.strip.x, 14, "name");
  word(layout.narrow ? "says next" : "what it says comes next", layout.panel.x - (layout.narrow ? 14 : 0), 14, "name");
  for (let gap = 0; gap <= layout.layers.length; gap += 1) parts.gaps.push({ group: draw("g", svg, { class: "gap" }), links: [] });
  layout.layers.forEach((layer, k) => {
    const { size } = data.layers[k], hidden = size - layer.tiles.length;
    const name = `${layout.narrow ? "" : `layer ${k + 1}: `}${size} ${size === 1 ? "unit" : "units"}`;
    word(name, layer.x + layer.span / 2, 14, "name centred");
    const more = layout.narrow ? `+ ${hidden} more` : `+ ${hidden} more, which move less`;
    if (hidden) word(more, layer.x + layer.span / 2, 27, "quiet centred");
    const loop = loopOf(layer), { map } = layer;
    const down = draw("path", svg, { class: "loop", d: loop.down });
    const up = draw("path", svg, { class: "loop", d: loop.up });
    draw("path", svg, { class: "tip", d: `M${loop.tip.x} ${loop.tip.y - 4}l-6 9h10z` });
    parts.loops.push({ down, up });
    const image = draw("image", svg, { x: map.x, y: map.y, width: map.size, height: map.size, preserveAspectRatio: "none", "data-map": k });
    draw("rect", svg, { x: map.x, y: map.y, width: map.size, height: map.size, class: "map-frame", "pointer-events": "none" });
    parts.maps.push(image);
    word(layer.roomy ? "memory: its own h, one step earlier" : "memory", map.x + map.size / 2, layout.height - 4, "quiet centred");
    parts.tiles.push(layer.tiles.map((tile) => buildTile(svg, tile, k)));
  });
  buildStrip(picture, parts, theme);
  parts.nodes = layout.nodes.map((node, k) => {
    const group = draw("g", svg, { class: "node input", "data-input": k });
    const circle = draw("circle", group, { cx: node.x, cy: node.y, r: node.radius, stroke: theme.truth });
    const beside = { x: node.x - node.radius - 6, y: node.y + 4, class: "quiet end beside" };
    return { group, circle, text: draw("text", group, k ? beside : { x: node.x, y: node.y + 4 }) };
  });
  buildPanel(picture, parts, theme);
  picture.flow.textContent = "";
  picture.flow.setAttribute("viewBox", `0 0 ${layout.width} ${layout.height}`);
  parts.dots = Array.from({ length: 12 }, () => draw("circle", picture.flow, { r: 0 }));
}

function buildTile(svg, tile, layer) {
  const group = draw("g", svg, { class: "tile", role: "button", tabindex: "-1", "data-layer": layer, "data-unit": tile.unit });
  const { x, y, wide: width, tall: height } = tile;
  draw("rect", group, { x: x - 2, y: y - 2, width: width + 4, height: height + 4, class: "reach" });
  const box = draw("rect", group, { x, y, width, height, rx: 5, class: "box" });
  const trace = draw("path", group, { class: "trace" });
  return { group, box, trace, dot: draw("circle", group, { r: 2.6 }), tile };
}

function buildStrip(picture, parts, theme) {
  const { svg, layout } = picture;
  const { strip } = layout;
  parts.headLine = draw("line", svg, { class: "head-line", y1: strip.y - 6, y2: strip.y + strip.tall + 6 });
  parts.readAhead = draw("path", svg, { class: "line ahead", stroke: theme.truth });
  parts.readLine = draw("path", svg, { class: "line", stroke: theme.truth });
  parts.readBridge = draw("path", svg, { class: "said", stroke: theme.truth });
  parts.readDot = draw("circle", svg, { r: 5, fill: theme.truth });
  parts.readText = draw("text", svg, { x: strip.x, y: strip.y + strip.tall + 22, class: "quiet" });
}

function buildPanel(picture, parts, theme) {
  const { svg, layout } = picture, { panel, readout } = layout;
  parts.cameAhead = draw("path", svg, { class: "line ahead", stroke: theme.truth });
  parts.cameLine = draw("path", svg, { class: "line", stroke: theme.truth });
  parts.saidLine = draw("path", svg, { class: "line", stroke: theme.positive });
  parts.saidBridge = draw("path", svg, { class: "said", stroke: theme.positive });
  parts.saidDot = draw("circle", svg, { r: 5.5, fill: theme.positive });
  const under = (lower) => draw("text", svg, { x: panel.x - (layout.narrow ? 14 : 0), y: panel.y + panel.tall + lower, class: "quiet" });
  [parts.saidText, parts.levelText] = [under(22), under(37)];
  const group = draw("g", svg, { class: "node readout" });
  parts.readout = { group, circle: draw("circle", group, { cx: readout.x, cy: readout.y, r: readout.radius, stroke: theme.positive }) };
  parts.readout.text = draw("text", group, { x: readout.x, y: readout.y + 4 });
}

/** Tell weights, traces and maps the newest numbers. */
export function renew(picture) {
  const { data, layout, parts, seats } = picture;
  parts.gaps.forEach((gap, k) => {
    const links = linksOf(data, seats, layout, k);
    const [thickest, faint] = links.length > MANY_LINKS ? [2.4, 2] : [3.6, 1];
    while (gap.links.length < links.length) gap.links.push(draw("path", gap.group, { class: "link" }));
    gap.links.forEach((path, n) => {
      const link = links[n];
      path.link = link;
      if (path.getAttribute("d") !== link.path) path.setAttribute("d", link.path);
      path.setAttribute("stroke", link.weight < 0 ? data.theme.negative : data.theme.positive);
      path.setAttribute("stroke-width", (0.6 + thickest * link.share).toFixed(2));
      path.style.opacity = (0.12 + 0.75 * link.share ** faint).toFixed(2);
      path.dataset.weight = link.weight;
    });
  });
  parts.tiles.forEach((tiles, k) => tiles.forEach(({ trace, tile }) => {
    const column = data.layers[k].units.indexOf(tile.unit);
    trace.setAttribute("d", lineOf(data.layers[k].values.h.map((row) => row[column]), tile, picture.limits.layers[k]));
  }));
  parts.maps.forEach((image, k) => image.setAttribute("href", mapOf(picture, k)));
  const came = data.truth, { strip, panel } = layout, limit = picture.limits.series;
  parts.readAhead.setAttribute("d", lineOf(picture.read, strip, limit));
  parts.cameAhead.setAttribute("d", lineOf(came, panel, limit));
}

/** Return W_hh of the units shown as a small picture, one pixel a weight. */
function mapOf(picture, layer) {
  const { data, seats } = picture, level = data.layers[layer], columns = seats[layer].map((unit) => level.units.indexOf(unit));
  const canvas = (picture.canvas ??= document.createElement("canvas"));
  canvas.width = canvas.height = columns.length;
  const ink = canvas.getContext("2d"), scale = scaleOf(data, largest(level.W_h, 1e-6));
  columns.forEach((row, y) => columns.forEach((column, x) => {
    ink.fillStyle = paint(level.W_h[row][column], scale).color;
    ink.fillRect(x, y, 1, 1);
  }));
  return canvas.toDataURL();
}

/** Show what a layer does at a step. */
export function showLayer(picture, layer, step) {
  const { data, parts, scale, limits } = picture, { values, units } = data.layers[layer];
  for (const { group, box, trace, dot, tile } of parts.tiles[layer]) {
    const column = units.indexOf(tile.unit), h = values.h[step][column], { color, ink } = paint(h, scale);
    box.style.fill = color;
    trace.style.stroke = ink;
    dot.style.fill = ink;
    dot.style.stroke = color;
    const point = pointOf(values.h.map((row) => row[column]), tile, limits.layers[layer], step);
    dot.setAttribute("cx", point.x);
    dot.setAttribute("cy", Number.isFinite(point.y) ? point.y : tile.y);
    group.dataset.h = h;
  }
}

/** Show what is read, and where the head stands; `place` may lie between two steps. */
export function showHead(picture, step, place = step) {
  if (picture.place === place && !picture.fresh) return;
  picture.place = place;
  const { data, parts, layout, limits, read } = picture, { strip } = layout;
  const point = pointOf(read, strip, limits.series, place);
  parts.headLine.setAttribute("x1", point.x);
  parts.headLine.setAttribute("x2", point.x);
  parts.readDot.setAttribute("cx", point.x);
  parts.readDot.setAttribute("cy", point.y);
  const node = layout.nodes[0], edge = strip.x + strip.wide;
  parts.readBridge.setAttribute("d", `M${point.x} ${point.y}C${edge} ${point.y} ${edge - 20} ${node.y} ${node.x - node.radius} ${node.y}`);
  if (parts.headStep === step && !picture.fresh) return;
  parts.headStep = step;
  parts.readLine.setAttribute("d", lineOf(read.slice(0, step + 1), strip, limits.series, 3, read.length));
  parts.readText.textContent = layout.narrow ? "" : `x = ${short(read[step])} (scaled)`;
  parts.nodes.forEach(({ group, circle, text }, k) => {
    const value = data.inputs[step][k], { color, ink } = paint(value, picture.inputScale);
    circle.style.fill = color;
    if (!k) text.style.fill = ink;
    text.textContent = k && !layout.narrow ? `${data.names[k]} ${short(value)}` : short(value);
    group.dataset.value = value;
  });
}

/** Show what the readout says after a step. */
export function showReadout(picture, step) {
  const { data, parts, layout, limits } = picture, { panel, readout } = layout, count = data.outputs.length;
  const value = data.outputs[step], { color, ink } = paint(value, picture.inputScale);
  const point = pointOf(data.outputs, panel, limits.series, step);
  parts.readout.circle.style.fill = color;
  parts.readout.text.style.fill = ink;
  parts.readout.text.textContent = short(value);
  parts.readout.group.dataset.value = value;
  parts.cameLine.setAttribute("d", lineOf(data.truth.slice(0, step), panel, limits.series, 3, count));
  parts.saidLine.setAttribute("d", lineOf(data.outputs.slice(0, step + 1), panel, limits.series, 3, count));
  const edge = readout.x + readout.radius;
  parts.saidBridge.setAttribute("d", `M${edge} ${readout.y}C${edge + 24} ${readout.y} ${edge} ${point.y} ${point.x} ${point.y}`);
  parts.saidDot.setAttribute("cx", point.x);
  parts.saidDot.setAttribute("cy", point.y);
  parts.saidText.textContent = layout.narrow ? "" : `ŷ = ${short(value)} (scaled)`;
  parts.levelText.textContent = `${layout.narrow ? "" : "= "}${exact(data.predicted[step])}${data.unit ? ` ${data.unit}` : ""}`;
}

/** Open the chosen unit: bars of all the values of its step. */
export function showInside(picture) {
  const { inside, chosen, data, layout, step } = picture;
  inside.hidden = !chosen;
  if (!chosen) return;
  const { layer, unit } = chosen, names = Object.keys(data.layers[layer].values);
  const tile = layout.layers[layer].tiles.find((one) => one.unit === unit);
  inside.textContent = "";
  make("b", inside, {}, `${CELLS[data.cell]} unit ${unit}${data.layers.length > 1 ? ` of layer ${layer + 1}` : ""}, step ${step + 1}`);
  for (const name of names) {
    const value = valueOf(data, layer, unit, name, step), gate = "ifozr".includes(name);
    const limit = gate ? 1 : largest(data.layers[layer].values[name], 1), row = make("div", inside, { "data-value": value, "data-name": name });
    make("span", row, {}, name);
    const bar = make("span", make("i", row));
    const share = (Math.abs(value) / limit) * (gate ? 100 : 50);
    const paintOf = gate ? { limit: 1, stops: data.theme.gates, low: 0 } : scaleOf(data, limit);
    Object.assign(bar.style, { left: `${gate ? 0 : value < 0 ? 50 - share : 50}%`, width: `${share}%`, background: paint(value, paintOf).wireColor });
    make("em", row, {}, exact(value));
  }
  const high = 34 + 19 * names.length, home = layout.layers[layer], right = home.x + home.span + 10;
  inside.style.left = `${right + INSIDE_PX < layout.width ? right : Math.max(0, home.x - INSIDE_PX - 10)}px`;
  inside.style.top = `${Math.max(0, Math.min(tile.y - 20, layout.height - high))}px`;
}

/** Say each tile's number where it is read aloud. */
export function nameTiles(picture) {
  picture.parts.tiles.forEach((tiles, layer) => tiles.forEach(({ group, tile }) => {
    const chosen = picture.chosen?.layer === layer && picture.chosen.unit === tile.unit;
    group.classList.toggle("chosen", chosen);
    group.setAttribute("aria-pressed", String(chosen));
    group.setAttribute("aria-label", unitName(picture, layer, tile.unit));
  }));
}
