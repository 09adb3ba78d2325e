// How every number of a cell comes about, written out so that it can be checked by hand.
//
// Time steps t are counted from 0. Texts mark subscripts as in "h_{t−1}".

const FUNCTIONS = {
  "σ": (a) => 1 / (1 + Math.exp(-a)),
  tanh: Math.tanh,
  ReLU: (a) => Math.max(a, 0),
  "no σ": (a) => a,
};
const SHORT_SUM = 4;

/** Write a number with at most `decimals`, without needless zeros. */
export function fixed(value, decimals) {
  if (!Number.isFinite(value)) return String(value);
  const text = value.toFixed(decimals);
  const trimmed = text.includes(".") ? text.replace(/\.?0+$/, "") : text;
  return trimmed === "-0" ? "0" : trimmed.replace("-", "−");
}

/** Write a number as short as a picture needs it. */
export function short(value) {
  if (!Number.isFinite(value)) return String(value);
  const decimals = Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0;
  const text = value.toFixed(decimals);
  return Number(text) === 0 ? Number(0).toFixed(decimals) : text.replace("-", "−");
}

const places = (value) => (value !== 0 && Math.abs(value) < 0.01 ? 5 : 3);
export const inner = (text) => (text.startsWith("−") ? `(${text})` : text);

/** Spell a sum of products and addends; `operands` are their numbers in order, already as text. */
export function spellSum(products, addends) {
  return (operands) => {
    const parts = [];
    for (let k = 0; k < products; k += 1) parts.push(`${operands[2 * k]} × ${inner(operands[2 * k + 1])}`);
    addends.forEach((word, k) => parts.push(operands[2 * products + k] + (word && ` (${word})`)));
    return parts.map((part, k) => (k && part.startsWith("−") ? part.replace(/^(−[\d.]+)/, "($1)") : part)).join(" + ");
  };
}

export const addUp = (products) => (numbers) => {
  let total = 0;
  for (let k = 0; k < products; k += 1) total += numbers[2 * k] * numbers[2 * k + 1];
  return numbers.slice(2 * products).reduce((sum, number) => sum + number, total);
};

/**
 * Write "arithmetic = result" so that whoever computes with the numbers shown gets the result
 * shown: operands take as many decimals as that needs. `then` is a function applied to the
 * result, and written after it: "= 0.106, tanh → 0.105".
 */
export function equation({ operands, compute, spell, result, then }) {
  let decimals = places(result);
  if (then) while (decimals < 7 && !agrees(then.apply(rounded(result, decimals)), then.result)) decimals += 1;
  let used = 2;
  const matches = () => Math.abs(compute(operands.map((v) => rounded(v, used))) - result) < 0.49 * 10 ** -decimals;
  const same = () => fixed(compute(operands.map((v) => rounded(v, used))), decimals) === fixed(result, decimals);
  while (used < 8 && !(matches() && same())) used += 1;
  const equals = same() ? "=" : "≈";
  const text = `${spell(operands.map((v) => fixed(v, used)))} ${equals} ${fixed(result, decimals)}`;
  return then ? `${text}, ${then.name} → ${fixed(then.result, places(then.result))}` : text;
}

const rounded = (value, decimals) => Number(value.toFixed(decimals));
const agrees = (value, target) => fixed(value, places(target)) === fixed(target, places(target));

/* ---------- the arithmetic of one unit ---------- */

/** Everything that the diagrams say about the unit, as functions of the time step. */
export function arithmeticOf(data) {
  const row = Object.fromEntries(data.gates.map((gate, index) => [gate, index]));
  const nameOf = { tanh: "tanh", relu: "ReLU", sigmoid: "σ", none: "no σ" }[data.nonlinearity];
  const functionOf = (gate) => (gate === "h" ? nameOf : gate === "g" || gate === "n" ? "tanh" : "σ");
  const at = {
    data,
    row,
    functionOf,
    input: (gate, t) => data.x.totals[t][row[gate]],
    state: (gate, t) => data.h.totals[t][row[gate]],
    bias: (gate) => data.bias_x[row[gate]] + (data.bias_h?.[row[gate]] ?? 0),
    a: (gate, t) => data.a[t][row[gate]],
    gate: (gate, t) => data.gate_values[t][row[gate]],
    h: (t) => data.h_unit[t + 1],
    hPrev: (t) => data.h_unit[t],
    c: (t) => data.c_unit[t + 1],
    cPrev: (t) => data.c_unit[t],
    last: data.steps - 1,
    order: data.cell === "lstm" ? ["f", "i", "g", "o"] : data.gates,
  };

  /** The listed terms of W_x x_t ("x") or W_h h_{t−1} ("h") in one gate. */
  at.terms = (from, gate, t) =>
    data[from].names.map((name, k) => ({
      name,
      title: data[from].titles[k],
      weight: data[from].weights[row[gate]][k],
      value: data[from].values[t][k],
    }));
  at.rest = (from, gate, t) => ({ count: data[from].left_out, value: data[from].rest[t][row[gate]] });

  const fromTerms = (terms, rest, addends, result, then) => {
    const extra = rest.count ? [[rest.value, `${rest.count} smaller terms`]] : [];
    const more = [...extra, ...addends];
    return equation({
      operands: [...terms.flatMap(({ weight, value }) => [weight, value]), ...more.map(([value]) => value)],
      compute: addUp(terms.length),
      spell: spellSum(terms.length, more.map(([, word]) => word)),
      result,
      then,
    });
  };
  const thenOf = (gate, t) => {
    const name = functionOf(gate);
    return { name, apply: FUNCTIONS[name], result: at.gate(gate, t) };
  };
  const gated = (gate) => data.cell === "gru" && gate === "n";

  at.explainTerm = (from, gate, k, t) => {
    const { name, title, weight, value } = at.terms(from, gate, t)[k];
    const text = equation({
      operands: [weight, value],
      compute: addUp(1),
      spell: spellSum(1, []),
      result: weight * value,
    });
    return [{ name: from === "x" ? "weight × input" : "weight × state", of: title || name, text }];
  };
  at.explainPart = (from, gate, t) => {
    const terms = at.terms(from, gate, t), rest = at.rest(from, gate, t);
    const total = from === "x" ? at.input(gate, t) : at.state(gate, t);
    const name = from === "x" ? `W_{x${gate}} x_t` : `W_{h${gate}} h_{t−1}`;
    return [{ name, text: fromTerms(terms, rest, [], total), terms, rest }];
  };
  at.explainInputs = (from, t) => {
    const { names, values, left_out: unlisted } = data[from];
    const told = names.slice(0, 4).map((name, k) => `${name} = ${fixed(values[t][k], 3)}`);
    const left = names.length + unlisted - told.length;
    const text = told.join(", ") + (left > 0 ? `, and ${left} more` : "");
    return [{ name: from === "x" ? "x_t" : "h_{t−1}", of: from === "x" ? data.input_title : "all units", text }];
  };
  at.explainBias = (gate) => {
    if (!data.bias_h) return [{ name: `b_${gate}`, text: fixed(at.bias(gate), 5) }];
    const both = [data.bias_x[row[gate]], data.bias_h[row[gate]]];
    const text = equation({ operands: both, compute: addUp(0), spell: spellSum(0, ["", ""]), result: both[0] + both[1] });
    return [{ name: `b_${gate}, torch keeps it as two`, text }];
  };
  /** What goes into the function of a gate; with `squash`, what comes out as well. */
  at.explainGate = (gate, t, squash = true) => {
    const then = squash ? thenOf(gate, t) : undefined;
    const weighed = `W_{x${gate}} x_t + W_{h${gate}} h_{t−1} + b_${gate}`;
    if (gated(gate)) return [{ name: "W_{xn} x_t + b_{xn} + r_t × (W_{hn} h_{t−1} + b_{hn})", text: candidate(gate, t, then) }];
    const terms = [...at.terms("x", gate, t), ...at.terms("h", gate, t)];
    const long = terms.length > SHORT_SUM || data.x.left_out + data.h.left_out > 0;
    const bias = [at.bias(gate), ""];
    const parts = [[at.input(gate, t), ""], [at.state(gate, t), ""], bias];
    const text = long
      ? fromTerms([], { count: 0 }, parts, at.a(gate, t), then)
      : fromTerms(terms, { count: 0 }, [bias], at.a(gate, t), then);
    return [{ name: weighed, text }];
  };
  /** The GRU's candidate: what comes from h, its bias included, is scaled by the reset gate. */
  const candidate = (gate, t, then) => {
    const [x, r, h] = [at.input(gate, t), at.gate("r", t), at.state(gate, t)];
    return equation({
      operands: [x, data.bias_x[row.n], r, h, data.bias_h[row.n]],
      compute: ([a, b, c, d, e]) => a + b + c * (d + e),
      spell: ([a, b, c, d, e]) => `${a} + ${inner(b)} + ${c} × (${d} + ${inner(e)})`,
      result: at.a(gate, t),
      then,
    });
  };
  at.explainScaled = (t) => {
    const [r, h, b] = [at.gate("r", t), at.state("n", t), data.bias_h[row.n]];
    const text = equation({
      operands: [r, h, b],
      compute: ([x, y, z]) => x * (y + z),
      spell: ([x, y, z]) => `${x} × (${y} + ${inner(z)})`,
      result: r * (h + b),
    });
    return [{ name: "r_t × (W_{hn} h_{t−1} + b_{hn})", text }];
  };
  at.explainSquash = (gate, t) => {
    const { name, apply, result } = thenOf(gate, t);
    const spell = ([a]) => `${name}(${a})`;
    return [{ name: `${gate}_t`, text: equation({ operands: [at.a(gate, t)], compute: ([a]) => apply(a), spell, result }) }];
  };
  at.product = (name, left, right) => {
    const text = equation({ operands: [left, right], compute: ([a, b]) => a * b, spell: spellSum(1, []), result: left * right });
    return [{ name, text }];
  };
  at.explainCell = (t) => {
    const operands = [at.gate("f", t), at.cPrev(t), at.gate("i", t), at.gate("g", t)];
    const text = equation({ operands, compute: addUp(2), spell: spellSum(2, []), result: at.c(t) });
    return [{ name: "c_t = f_t × c_{t−1} + i_t × g_t", text }];
  };
  at.explainTanhCell = (t) => {
    const text = equation({
      operands: [at.c(t)],
      compute: ([c]) => Math.tanh(c),
      spell: ([c]) => `tanh(${c})`,
      result: Math.tanh(at.c(t)),
    });
    return [{ name: "tanh(c_t)", text }];
  };
  at.explainState = (t) => {
    if (data.cell === "rnn") return at.explainGate("h", t);
    if (data.cell === "lstm") {
      const text = equation({
        operands: [at.gate("o", t), at.c(t)],
        compute: ([o, c]) => o * Math.tanh(c),
        spell: ([o, c]) => `${o} × tanh(${c})`,
        result: at.h(t),
      });
      return [{ name: "h_t = o_t × tanh(c_t)", text }];
    }
    const text = equation({
      operands: [at.gate("z", t), at.gate("n", t), at.hPrev(t)],
      compute: ([z, n, h]) => (1 - z) * n + z * h,
      spell: ([z, n, h]) => `(1 − ${z}) × ${inner(n)} + ${z} × ${inner(h)}`,
      result: at.h(t),
    });
    return [{ name: "h_t = (1 − z_t) × n_t + z_t × h_{t−1}", text }];
  };
  at.explainStart = (t) => {
    const first = data.c_unit ? "h_0 and c_0" : "h_0";
    if (t === 0) return [{ name: first, text: "0, for nothing has been read yet" }];
    const kept = [{ name: "h_{t−1}", text: `${fixed(at.hPrev(t), 3)}, as step ${t} left it` }];
    return data.c_unit ? [...kept, { name: "c_{t−1}", text: `${fixed(at.cPrev(t), 3)}, as step ${t} left it` }] : kept;
  };
  at.explainPass = (t) => {
    const up = data.layer + 1 < data.layers ? `, and up to layer ${data.layer + 2}` : "";
    const text = t < at.last ? `${fixed(at.h(t), 3)} goes on to step ${t + 2}${up}` : `the window ends here${up}`;
    const passed = [{ name: "h_t", text }];
    if (data.c_unit && t < at.last) passed.push({ name: "c_t", text: `${fixed(at.c(t), 3)} goes on to step ${t + 2}` });
    return passed;
  };
  at.explainForecast = () => {
    const { readout, readout_words: words } = data;
    const terms = readout.names.map((name, k) => ({
      name,
      title: readout.titles[k],
      weight: readout.weights[0][k],
      value: readout.values[0][k],
    }));
    const rest = { count: readout.left_out, value: readout.rest[0][0] };
    const text = fromTerms(terms, rest, [[data.readout_bias, ""]], data.output);
    const said = [{ name: `${words.output} = ${words.reads} + ${words.bias}${data.layers > 1 ? ", from the last layer" : ""}`, text, terms, rest }];
    return [...said, { name: words.meaning, text: data.meaning }];
  };
  /** What there is to say about one of the five steps as a whole. */
  at.explainStep = (step, t) => {
    if (step === 1) return at.explainStart(t);
    if (step === 2) return at.order.flatMap((gate) => at.explainGate(gate, t, false));
    if (step === 4) return at.explainPass(t);
    if (step === 5) return at.explainForecast();
    if (data.cell === "rnn") return at.explainState(t);
    const squashed = at.order.flatMap((gate) => at.explainSquash(gate, t));
    return [...squashed, ...(data.c_unit ? at.explainCell(t) : []), ...at.explainState(t)];
  };
  return at;
}

