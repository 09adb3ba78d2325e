// The words beside the picture: the arithmetic of what is pointed at, and the legend.

import { fixed, short } from "./cell_arithmetic.js";
import { make, write } from "./cell_parts.js";
import { paint } from "./cell_style.js";

/** Write the arithmetic: of what the reader points at or has pinned, else of the current step. */
export function renderWords(picture, place) {
  const { data, at } = picture;
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

export function renderLegend(picture) {
  picture.legend.textContent = "";
  const bar = (scale, low, high, words) => {
    const group = make("span", picture.legend);
    make("span", group, {}, low);
    const ramp = make("span", group, { class: "ramp" });
    ramp.style.background = `linear-gradient(to right, ${picture.scales[scale].stops.map(([, color]) => color).join(", ")})`;
    make("span", group, {}, high);
    make("span", group, {}, words);
  };
  bar("state", "−", "+", "states and sums; wider wires carry more");
  if (picture.data.cell !== "rnn") bar("gate", "0", "1", "gates");
}
