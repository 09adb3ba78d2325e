// The formulas of one time step, part by part, each part with its number.

/** Lines of parts [text, step, value at t]; a part lights up in its step. */
export function formulaOf(at) {
  const { data } = at, words = data.readout_words;
  const plain = (text, step = 0) => ({ text, step });
  const part = (text, step, value) => ({ text, step, value });
  const gateLine = (gate) => {
    const name = at.functionOf(gate);
    return [
      part(`${gate}_t`, 3, (t) => at.gate(gate, t)),
      plain("="),
      plain(`${name}(`, 3),
      part(`W_{x${gate}} x_t`, 2, (t) => at.input(gate, t)),
      plain("+", 2),
      part(`W_{h${gate}} h_{t−1}`, 2, (t) => at.state(gate, t)),
      plain("+", 2),
      part(`b_${gate}`, 2, () => at.bias(gate)),
      plain(")", 3),
    ];
  };
  const lines = { rnn: () => [gateLine("h")], lstm: () => lstmLines(), gru: () => gruLines() }[data.cell]();
  function lstmLines() {
    return [
      ...at.order.map(gateLine),
      [
        part("c_t", 3, at.c),
        plain("="),
        part("f_t", 3, (t) => at.gate("f", t)),
        plain("×", 3),
        part("c_{t−1}", 3, at.cPrev),
        plain("+", 3),
        part("i_t", 3, (t) => at.gate("i", t)),
        plain("×", 3),
        part("g_t", 3, (t) => at.gate("g", t)),
      ],
      [
        part("h_t", 3, at.h),
        plain("="),
        part("o_t", 3, (t) => at.gate("o", t)),
        plain("×", 3),
        part("tanh(c_t)", 3, (t) => Math.tanh(at.c(t))),
      ],
    ];
  }
  function gruLines() {
    return [
      gateLine("r"),
      gateLine("z"),
      [
        part("n_t", 3, (t) => at.gate("n", t)),
        plain("="),
        plain("tanh(", 3),
        part("W_{xn} x_t", 2, (t) => at.input("n", t)),
        plain("+", 2),
        part("b_{xn}", 2, () => data.bias_x[at.row.n]),
        plain("+", 2),
        part("r_t", 3, (t) => at.gate("r", t)),
        plain("× (", 2),
        part("W_{hn} h_{t−1}", 2, (t) => at.state("n", t)),
        plain("+", 2),
        part("b_{hn}", 2, () => data.bias_h[at.row.n]),
        plain(") )", 3),
      ],
      [
        part("h_t", 3, at.h),
        plain("="),
        plain("(", 3),
        part("1 − z_t", 3, (t) => 1 - at.gate("z", t)),
        plain(") ×", 3),
        part("n_t", 3, (t) => at.gate("n", t)),
        plain("+", 3),
        part("z_t", 3, (t) => at.gate("z", t)),
        plain("×", 3),
        part("h_{t−1}", 3, at.hPrev),
      ],
    ];
  }
  const start = [part("h_0", 1, () => 0), ...(data.c_unit ? [plain("=", 1), part("c_0", 1, () => 0)] : []), plain("= 0", 1)];
  const pass = [part("h_t", 4, at.h), ...(data.c_unit ? [plain("and", 4), part("c_t", 4, at.c)] : []), plain("→ next step", 4)];
  const atEnd = (value) => (t) => (t === at.last ? value : null);
  const forecast = [
    part(words.output, 5, atEnd(data.output)),
    plain("=", 5),
    part(words.reads, 5, atEnd(data.readout.totals[0][0])),
    plain("+", 5),
    part(words.bias, 5, atEnd(data.readout_bias)),
  ];
  return [start, ...lines, pass, forecast];
}

