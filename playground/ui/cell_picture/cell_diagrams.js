// What each cell looks like. Nothing here touches the page.
//
// A diagram is a list of nodes and wires with a place, the step of the recurrence they belong to
// (1 start, 2 weigh, 3 squash, 4 pass on, 5 predict), their value at a time step t (counted from 0)
// and the arithmetic behind it. Texts mark subscripts as in "h_{t−1}".

import { addUp, equation, fixed, short, spellSum } from "./cell_arithmetic.js";

const WIDTH = 520;

/** Return {width, height, nodes, wires}. */
export function diagramOf(at) {
  const drawing = { rnn: drawRnn, lstm: drawLstm, gru: drawGru }[at.data.cell](at);
  return { width: WIDTH, ...drawing };
}

const value = (id, x, y, label, step, number, explain, more = {}) => ({
  id, kind: "value", x, y, label, step, number, explain, scale: "state", ...more,
});
const op = (id, x, y, symbol, step, number, explain, more = {}) => ({
  id, kind: "op", x, y, symbol, step, number, explain, ...more,
});
const wire = (id, path, step, number, explain, more = {}) => ({ id, path, step, number, explain, scale: "sum", ...more });

function forecastParts(at, from, x, y, path) {
  const end = (t) => (t === at.last ? at.data.output : null);
  const label = at.data.layer + 1 < at.data.layers ? `ŷ via layer ${at.data.layers}` : at.data.readout_words.output;
  return {
    node: value("y", x, y, label, 5, end, at.explainForecast, { scale: "x", labelBelow: true }),
    wire: wire("to y", path, 5, (t) => (t === at.last ? at.h(t) : null), at.explainForecast, { scale: "state", from }),
  };
}

/** The simple network: every product has its own wire. */
function drawRnn(at) {
  const { data } = at;
  const chosen = [...picturedTerms(at, "x"), ...picturedTerms(at, "h")];
  const gap = chosen.length > 5 ? 46 : 68;
  const middle = 36 + Math.max(60, (gap * (chosen.length - 1)) / 2);
  const height = Math.max(2 * middle, middle + 146);
  const nodes = [], wires = [];
  chosen.forEach((source, index) => {
    const y = middle + (index - (chosen.length - 1) / 2) * gap;
    nodes.push(
      value(source.id, 100, y, source.label, source.from === "x" ? 2 : 1, source.number, source.explain, {
        scale: source.from === "x" ? "x" : "state", labelLeft: true, more: source.more,
      }),
    );
    const path = `M${source.more ? 127 : 120},${y} C186,${y} 186,${middle} 232,${middle}`;
    wires.push(
      wire(`${source.id} wire`, path, 2, source.product, source.explain, { text: source.weight, textX: 152, textY: y + (middle - y) * 0.1 - 6 }),
    );
  });
  const name = at.functionOf("h");
  const sumText = (t) => at.explainGate("h", t, false);
  nodes.push(op("sum", 256, middle, "Σ", 2, (t) => at.a("h", t), sumText, { r: 24, numberAt: [0, -34] }));
  nodes.push(value("bias", 256, middle + 92, "b_h", 2, () => at.bias("h"), () => at.explainBias("h"), { scale: "sum", labelBelow: true }));
  wires.push(wire("bias wire", `M256,${middle + 72} V${middle + 24}`, 2, () => at.bias("h"), () => at.explainBias("h")));
  nodes.push(op("squash", 352, middle, name, 3, () => null, (t) => at.explainGate("h", t), { r: 25 }));
  wires.push(wire("to squash", `M280,${middle} H327`, 2, (t) => at.a("h", t), sumText));
  nodes.push(value("h", 436, middle, "h_t", 3, at.h, at.explainState, { r: 23, labelAbove: true }));
  wires.push(wire("to h", `M377,${middle} H413`, 3, at.h, at.explainState, { scale: "state" }));
  wires.push(wire("pass", `M459,${middle} H512`, 4, at.h, at.explainPass, { scale: "state", arrow: [512, middle], text: () => "t+1", textX: 488, textY: middle - 12 }));
  const early = data.readout_words.before, lowest = middle + ((chosen.length - 1) / 2) * gap;
  const path = early ? `M120,${lowest} C260,${height - 8} 360,${height - 8} 420,${middle + 112}` : `M436,${middle + 23} V${middle + 80}`;
  const forecast = forecastParts(at, "h", 436, middle + 100, path);
  nodes.push(forecast.node);
  const read = (t) => (t === at.last ? data.readout.totals[0][0] : null);
  wires.push(early ? { ...forecast.wire, number: read, scale: "sum", from: chosen.at(-1).id } : forecast.wire);
  return { height, nodes, wires };
}

/** The sources that a picture has room for, the largest products first to be kept; the rest as one. */
function picturedTerms(at, from) {
  const { data } = at, listed = data[from].names.length;
  const size = (k) => {
    let sum = 0;
    for (let t = 0; t < data.steps; t += 1) sum += Math.abs(data[from].weights[0][k] * data[from].values[t][k]);
    return sum;
  };
  const order = [...Array(listed).keys()].sort((a, b) => size(b) - size(a) || a - b);
  const kept = order.slice(0, data.pictured[from]).sort((a, b) => a - b);
  const sources = kept.map((k) => ({
    id: `${from} ${k}`,
    from,
    label: from === "x" ? data.x.names[k].replace("x", "x_t") : data.h.names[k].replace("h", "h_{t−1}"),
    number: (t) => data[from].values[t][k],
    product: (t) => data[from].weights[0][k] * data[from].values[t][k],
    weight: () => short(data[from].weights[0][k]),
    explain: (t) => at.explainTerm(from, "h", k, t),
  }));
  const total = from === "x" ? at.input : at.state;
  const left = listed + data[from].left_out - kept.length;
  if (left) {
    const product = (t) => total("h", t) - kept.reduce((sum, k) => sum + data[from].weights[0][k] * data[from].values[t][k], 0);
    sources.push({
      id: `${from} more`,
      from,
      label: from === "x" ? "x_t" : "h_{t−1}",
      more: `+${left}`,
      number: product,
      product,
      weight: (t) => short(product(t)),
      explain: (t) => at.explainPart(from, "h", t),
    });
  }
  return sources;
}

/** A gate with its own sum: two wires in, the bias, and the function. */
function gateParts(at, gate, x, y, busH, busX) {
  const explain = (t) => at.explainGate(gate, t);
  const bottom = y + 30;
  const bounded = gate === "g" || gate === "n" ? "state" : "gate";
  const node = { id: gate, kind: "gate", x, y, label: `${gate}_t`, symbol: at.functionOf(gate), step: 3, scale: bounded, explain, number: (t) => at.gate(gate, t), inside: (t) => at.a(gate, t) };
  const fromH = (t) => at.explainPart("h", gate, t), fromX = (t) => at.explainPart("x", gate, t);
  const wires = [
    wire(`h ${gate}`, `M${x - 22},${busH} V${bottom}`, 2, (t) => at.state(gate, t), fromH, { text: (t) => short(at.state(gate, t)), textX: x - 22, textY: bottom + 15 }),
    wire(`x ${gate}`, `M${x + 22},${busX} V${bottom}`, 2, (t) => at.input(gate, t), fromX, { text: (t) => short(at.input(gate, t)), textX: x + 22, textY: bottom + 15 }),
  ];
  const bias = wire(`b ${gate}`, `M${x},${bottom + 20} V${bottom}`, 2, () => at.bias(gate), () => at.explainBias(gate), { text: () => "b", textX: x, textY: bottom + 34 });
  return { node, wires: [...wires, bias] };
}

function busParts(at, busH, busX, rightH, rightX) {
  const start = (t) => at.explainStart(t), more = (from) => (t) => at.explainInputs(from, t);
  const single = at.data.x.names.length + at.data.x.left_out === 1;
  const hNode = value("h prev", 36, busH, "h_{t−1}", 1, at.hPrev, start, { labelAbove: true });
  const xNode = value("x", 36, busX, "x_t", 2, (t) => at.data.strip_x[t], more("x"), { scale: "x", labelBelow: true, stack: !single });
  return {
    nodes: [hNode, xNode],
    wires: [
      wire("h bus", `M56,${busH} H${rightH}`, 2, at.hPrev, more("h"), { bus: true }),
      wire("x bus", `M56,${busX} H${rightX}`, 2, (t) => at.data.strip_x[t], more("x"), { bus: true }),
    ],
  };
}

/** The LSTM: the cell state runs along the top, four gates below it. */
function drawLstm(at) {
  const busH = 362, busX = 416, y = 264, top = 58;
  const columns = { f: 120, i: 212, g: 304, o: 396 };
  const gates = Object.entries(columns).map(([gate, x]) => gateParts(at, gate, x, y, busH, busX));
  const bus = busParts(at, busH, busX, columns.o - 22, columns.o + 22);
  const gate = (name) => (t) => at.gate(name, t);
  const keep = (t) => at.product("f_t × c_{t−1}", at.gate("f", t), at.cPrev(t));
  const write = (t) => at.product("i_t × g_t", at.gate("i", t), at.gate("g", t));
  const kept = (t) => at.gate("f", t) * at.cPrev(t), written = (t) => at.gate("i", t) * at.gate("g", t);
  const tanhC = (t) => Math.tanh(at.c(t));
  const state = { scale: "state" }, cell = { scale: "cell" };
  const nodes = [
    ...bus.nodes,
    value("c prev", 36, top, "c_{t−1}", 1, at.cPrev, at.explainStart, { scale: "cell", labelAbove: true }),
    op("keep", 120, top, "×", 3, kept, keep, { numberAt: [0, -21] }),
    op("add", 258, top, "+", 3, at.c, at.explainCell),
    op("write", 258, 158, "×", 3, written, write, { numberAt: [0, 27] }),
    value("c", 326, top, "c_t", 3, at.c, at.explainCell, { scale: "cell", labelAbove: true }),
    op("tanh", 396, 112, "tanh", 3, tanhC, at.explainTanhCell, { r: 19, numberAt: [38, 4] }),
    op("show", 396, 176, "×", 3, at.h, at.explainState),
    value("h", 466, 176, "h_t", 3, at.h, at.explainState, { labelAbove: true }),
    ...gates.map(({ node }) => node),
  ];
  const wires = [
    ...bus.wires,
    ...gates.flatMap((parts) => parts.wires),
    wire("c in", `M56,${top} H108`, 3, at.cPrev, at.explainStart, cell),
    wire("c kept", `M132,${top} H246`, 3, kept, keep, cell),
    wire("c new", `M270,${top} H306`, 3, at.c, at.explainCell, cell),
    wire("f out", `M120,${y - 30} V${top + 12}`, 3, gate("f"), (t) => at.explainGate("f", t), { scale: "gate" }),
    wire("i out", `M212,${y - 30} V158 H246`, 3, gate("i"), (t) => at.explainGate("i", t), { scale: "gate" }),
    wire("g out", `M304,${y - 30} V158 H270`, 3, gate("g"), (t) => at.explainGate("g", t), state),
    wire("to add", `M258,146 V${top + 12}`, 3, written, write, state),
    wire("c down", `M346,${top} H396 V93`, 3, at.c, at.explainCell, cell),
    wire("c tanh", "M396,131 V164", 3, tanhC, at.explainTanhCell, state),
    wire("o out", `M396,${y - 30} V188`, 3, gate("o"), (t) => at.explainGate("o", t), { scale: "gate" }),
    wire("to h", "M408,176 H446", 3, at.h, at.explainState, state),
    wire("pass c", `M396,${top} H512`, 4, at.c, at.explainPass, { ...cell, arrow: [512, top], text: () => "c to t+1", textX: 470, textY: top - 10 }),
    wire("pass", "M486,176 H512", 4, at.h, at.explainPass, { ...state, arrow: [514, 176], text: () => "t+1", textX: 504, textY: 160 }),
  ];
  const forecast = forecastParts(at, "h", 484, 300, "M470,196 C474,230 484,240 484,280");
  return { height: 452, nodes: [...nodes, forecast.node], wires: [...wires, forecast.wire] };
}

/** The GRU in torch's variant: the reset gate scales what W_hn made of the old state. */
function drawGru(at) {
  const { data } = at;
  const busH = 362, busX = 416, y = 276, top = 58;
  const reset = gateParts(at, "r", 98, y, busH, busX), update = gateParts(at, "z", 428, y, busH, busX);
  const bus = busParts(at, busH, busX, 406, 450);
  const r = (t) => at.gate("r", t), z = (t) => at.gate("z", t), n = (t) => at.gate("n", t);
  const fromH = (t) => at.state("n", t) + data.bias_h[at.row.n], scaled = (t) => r(t) * fromH(t);
  const fresh = (t) => (1 - z(t)) * n(t), old = (t) => z(t) * at.hPrev(t);
  const explainFresh = (t) => at.product("(1 − z_t) × n_t", 1 - z(t), n(t));
  const explainOld = (t) => at.product("z_t × h_{t−1}", z(t), at.hPrev(t));
  const explainFlip = (t) => [{ name: "1 − z_t", text: equation({ operands: [z(t)], compute: ([a]) => 1 - a, spell: ([a]) => `1 − ${a}`, result: 1 - z(t) }) }];
  const partH = (t) => at.explainPart("h", "n", t), partX = (t) => at.explainPart("x", "n", t);
  const explainN = (t) => at.explainGate("n", t);
  const withBias = (t) => [
    ...partH(t),
    { name: "with b_{hn}", text: equation({ operands: [at.state("n", t), data.bias_h[at.row.n]], compute: addUp(0), spell: spellSum(0, ["", ""]), result: fromH(t) }) },
  ];
  const state = { scale: "state" }, gate = { scale: "gate" };
  const candidate = { id: "n", kind: "gate", x: 312, y: 214, label: "n_t", symbol: "tanh", step: 3, scale: "state", explain: explainN, number: n, inside: (t) => at.a("n", t) };
  const nodes = [
    ...bus.nodes,
    value("h old", 36, top, "h_{t−1}", 1, at.hPrev, at.explainStart, { labelAbove: true }),
    op("keep", 180, top, "×", 3, old, explainOld, { numberAt: [0, -21] }),
    op("add", 312, top, "+", 3, at.h, at.explainState),
    op("fresh", 312, 130, "×", 3, fresh, explainFresh, { numberAt: [-34, 4] }),
    op("flip", 428, 130, "1−", 3, (t) => 1 - z(t), explainFlip, { r: 15, numberAt: [0, -24] }),
    op("scale", 208, 214, "×", 3, scaled, at.explainScaled, { numberAt: [0, -21] }),
    op("sum n", 208, 306, "Σ", 2, fromH, withBias, { r: 15, numberAt: [38, 4] }),
    value("h", 392, top, "h_t", 3, at.h, at.explainState, { labelAbove: true }),
    candidate,
    reset.node,
    update.node,
  ];
  const wires = [
    ...bus.wires,
    ...reset.wires,
    ...update.wires,
    wire("h n", `M208,${busH} V321`, 2, (t) => at.state("n", t), partH, { text: (t) => short(at.state("n", t)), textX: 208, textY: 343 }),
    wire("to scale", "M208,291 V226", 2, fromH, withBias),
    wire("r out", `M98,${y - 30} V214 H196`, 3, r, (t) => at.explainGate("r", t), gate),
    wire("to n", "M220,214 H272", 3, scaled, at.explainScaled),
    wire("x n", `M312,${busX} V244`, 2, (t) => at.input("n", t), partX, { text: (t) => short(at.input("n", t)), textX: 300, textY: 300 }),
    wire("b n", "M336,264 V244", 2, () => data.bias_x[at.row.n], (t) => [{ name: "b_{xn}", text: fixed(data.bias_x[at.row.n], 5) }], { text: () => "b", textX: 336, textY: 278 }),
    wire("n out", "M312,184 V142", 3, n, explainN, state),
    wire("to add", `M312,118 V${top + 12}`, 3, fresh, explainFresh, state),
    wire("z out", `M428,${y - 30} V145`, 3, z, (t) => at.explainGate("z", t), gate),
    wire("z over", `M428,166 H180 V${top + 12}`, 3, z, (t) => at.explainGate("z", t), gate),
    wire("flip out", "M413,130 H324", 3, (t) => 1 - z(t), explainFlip, gate),
    wire("h in", `M56,${top} H168`, 3, at.hPrev, at.explainStart, state),
    wire("h kept", `M192,${top} H300`, 3, old, explainOld, state),
    wire("to h", `M324,${top} H372`, 3, at.h, at.explainState, state),
    wire("pass", `M412,${top} H512`, 4, at.h, at.explainPass, { ...state, arrow: [512, top], text: () => "h to t+1", textX: 482, textY: top - 10 }),
  ];
  const forecast = forecastParts(at, "h", 484, 166, `M410,${top + 9} C450,${top + 22} 484,90 484,146`);
  return { height: 452, nodes: [...nodes, forecast.node], wires: [...wires, forecast.wire] };
}
