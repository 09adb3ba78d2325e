// What the living network says: a line beneath it, names of its parts, and all its numbers for those who do not see it.

import { short } from "./cell_arithmetic.js";

export const CELLS = { rnn: "RNN", lstm: "LSTM", gru: "GRU" };
const counted = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;

/** Write a number with three digits that tell, at least. */
export function exact(value) {
  if (!Number.isFinite(value)) return "n/a";
  return (Math.abs(value) >= 100 ? value.toFixed(1) : value.toPrecision(3)).replace("-", "−");
}

export function stepWords(data, step) {
  const last = step === data.outputs.length - 1;
  const unit = data.unit ? ` ${data.unit}` : "";
  return (
    `Step ${step + 1} of ${data.outputs.length}: it reads ${short(data.inputs[step][0])} and says ` +
    `${short(data.outputs[step])} comes next; ${short(data.truth[step])} came. ` +
    `${last ? "Its forecast in the series' units" : "In the series' units it says"}${last ? ":" : ""} ${exact(data.predicted[step])}${unit}.`
  );
}

export function unitName(picture, layer, unit) {
  const h = valueOf(picture.data, layer, unit, "h", picture.step);
  return `Layer ${layer + 1}, unit ${unit}: h = ${exact(h)}`;
}

export function valueOf(data, layer, unit, name, step) {
  const level = data.layers[layer];
  return level.values[name][step][level.units.indexOf(unit)];
}

export function unitWords(picture, layer, unit) {
  const { data, step } = picture, level = data.layers[layer], column = level.units.indexOf(unit);
  const before = step ? exact(level.values.h[step - 1][column]) : "0 (the start)";
  const own = `${exact(level.W_h[column][column])} from itself`;
  const below = layer ? strongest(level.W_x[column], (k) => `unit ${data.layers[layer - 1].units[k]}`) : strongest(level.W_x[column], (k) => data.names.length > 1 ? data.names[k] : "x");
  const up = layer === data.layers.length - 1 ? `, ${exact(data.W_y[column])} to the readout` : "";
  return `${unitName(picture, layer, unit)}; one step earlier ${before}. Weights: ${below}, ${own}${up}.`;
}

function strongest(weights, name) {
  let best = 0;
  weights.forEach((weight, k) => Math.abs(weight) > Math.abs(weights[best]) && (best = k));
  return `${exact(weights[best])} from ${name(best)}${weights.length > 1 ? " (the largest)" : ""}`;
}

export function linkWords(data, gap, source, target, weight) {
  const from = gap === 0 ? (data.names[source] ?? "x") : `layer ${gap}, unit ${source}`;
  const to = gap === data.layers.length ? "the readout" : `layer ${gap + 1}, unit ${target}`;
  return `Weight from ${from} to ${to}: ${exact(weight)}.`;
}

export function mapWords(layer, target, source, weight) {
  return `W_hh of layer ${layer + 1}: unit ${target} takes ${exact(weight)} × the h of unit ${source} one step earlier.`;
}

/** Every number at the reading head, as sentences. */
export function twinWords(data, step) {
  const sizes = data.layers.map((layer) => counted(layer.size, "unit")).join(", then ");
  const layers = data.layers.map((layer, k) => {
    const states = [...layer.units].map((unit, column) => `unit ${unit} ${exact(layer.values.h[step][column])}`);
    const rest = layer.size > layer.units.length ? `; ${layer.size - layer.units.length} more that move less` : "";
    return `Layer ${k + 1}, h at the reading head: ${states.join(", ")}${rest}.`;
  });
  return `${CELLS[data.cell]} network of ${counted(data.layers.length, "layer")}: ${sizes}, and a readout. ${stepWords(data, step)} ${layers.join(" ")}`;
}
