// Colours and sizes of the drawn cell. The colours themselves come with the data.

/** Return where each kind of value ends on its colour scale, and the scale. */
export function scalesOf(at) {
  const { data } = at;
  const diverging = data.theme.activations, gates = data.theme.gates;
  const largest = (array, least) => {
    let most = least;
    for (const row of array) for (const v of row.length === undefined ? [row] : row) if (Math.abs(v) > most) most = Math.abs(v);
    return most;
  };
  const both = data.gates.map((gate) => at.bias(gate));
  const scale = (limit) => ({ limit, stops: diverging, low: -limit });
  return {
    state: scale(largest(data.h_unit, 1)),
    cell: scale(largest(data.c_unit ?? [], 1)),
    x: scale(largest(data.strip_x, 1)),
    sum: scale(Math.max(largest(data.x.totals, 0.5), largest(data.h.totals, 0.5), largest(both, 0.5))),
    gate: { limit: 1, stops: gates, low: 0 },
  };
}

/** Return the colour of a number, readable ink on it, and a colour for a thin wire. */
export function paint(number, scale) {
  if (!Number.isFinite(number)) return { color: "transparent", ink: "currentColor", wireColor: "currentColor" };
  const color = colorAt(scale, number);
  if (Math.abs(number) < 0.004 * scale.limit) return { color: css(color), ink: inkOn(color), wireColor: "var(--line)" };
  const least = 0.3 * scale.limit;
  const loud = scale.low === 0 ? Math.max(number, least) : (number < 0 ? -1 : 1) * Math.max(Math.abs(number), least);
  return { color: css(color), ink: inkOn(color), wireColor: css(colorAt(scale, loud)) };
}

const css = (rgb) => `rgb(${rgb.map(Math.round).join(" ")})`;
const light = ([r, g, b]) => 0.299 * r + 0.587 * g + 0.114 * b > 140;
const inkOn = (color) => (light(color) ? "#1f2a37" : "#ffffff");
const channels = (hex) => [1, 3, 5].map((k) => parseInt(hex.slice(k, k + 2), 16));

function colorAt({ stops, limit, low }, number) {
  const place = Math.min(1, Math.max(0, (number - low) / (limit - low)));
  const above = Math.max(1, stops.findIndex(([stop]) => stop >= place));
  const [[from, first], [to, second]] = [stops[above - 1], stops[above]];
  const share = (place - from) / (to - from);
  const [a, b] = [channels(first), channels(second)];
  return a.map((channel, k) => channel + share * (b[k] - channel));
}

export const STYLE = `
.cell-picture { color: var(--text); font-size: 14px; line-height: 1.4; outline-offset: 6px; border-radius: 8px;
  container: cell / inline-size; }
.cell-picture * { box-sizing: border-box; }
.cell-picture:focus-visible { outline: 2px solid var(--accent); }
.cell-picture button, .cell-picture select { font: inherit; color: inherit; background: var(--ground);
  border: 1px solid var(--line); border-radius: 8px; padding: 5px 12px; cursor: pointer; }
.cell-picture button:hover:not(:disabled) { border-color: var(--accent); }
.cell-picture button:focus-visible, .cell-picture select:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
.cell-picture button:disabled { opacity: .4; cursor: default; }
.cell-picture sub { font-size: .72em; line-height: 0; }
.steps { display: flex; gap: 6px; margin-bottom: 10px; }
.cell-picture .steps button { flex: 1 1 0; display: flex; gap: 8px; align-items: center; padding: 6px 10px; min-width: 0; text-align: left; }
.steps b { flex: none; width: 22px; height: 22px; line-height: 22px; text-align: center; border-radius: 50%; background: var(--grid); font-size: 12px; }
.cell-picture .steps button.lit { border-color: var(--primary); box-shadow: inset 0 0 0 1px var(--primary); font-weight: 600; }
.steps button.lit b { background: var(--primary); color: var(--ground); }
.controls { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; }
.cell-picture .controls .primary { background: var(--primary); border-color: var(--primary); color: var(--ground); font-weight: 600; }
.controls input { flex: 1 1 160px; accent-color: var(--primary); min-width: 120px; }
.controls output { font-variant-numeric: tabular-nums; white-space: nowrap; min-width: 84px; }
.cell-picture .caption { color: var(--quiet); font-size: 13px; margin: 12px 0 4px; }
.strip { display: flex; align-items: stretch; overflow-x: auto; position: relative; padding: 4px 0 8px; scrollbar-width: thin; }
.strip-legend { position: sticky; left: 0; z-index: 1; display: flex; flex-direction: column; justify-content: space-between; align-items: flex-end;
  background: var(--ground); padding: 6px 8px 5px 2px; color: var(--quiet); font-size: 12px; }
.cell-picture .mini { flex: none; width: 52px; padding: 5px 4px 3px; margin-right: 16px; display: flex; flex-direction: column; align-items: center; gap: 4px; position: relative;
  border-color: transparent; background: none; }
.mini + .mini::before { content: "→"; position: absolute; left: -16px; width: 16px; text-align: center; top: 42px; color: var(--quiet); }
.cell-picture .mini.lit { border-color: var(--primary); box-shadow: inset 0 0 0 1px var(--primary); }
.mini .chip { width: 42px; height: 20px; line-height: 20px; border-radius: 6px; font-size: 11px; text-align: center; font-variant-numeric: tabular-nums; box-shadow: 0 0 0 1px var(--line); }
.mini .round { border-radius: 10px; }
.mini .box { width: 42px; min-height: 30px; padding: 3px; border: 1px solid var(--line); border-radius: 8px; display: flex; flex-wrap: wrap; gap: 1px; align-content: center; justify-content: center; flex: 1; }
.mini .box i { flex: 1 0 7px; max-width: 14px; height: 7px; border-radius: 1.5px; }
.mini .count { font-size: 11px; color: var(--quiet); }
.cell-picture .few .mini { width: 104px; margin-right: 28px; }
.few .mini + .mini::before { left: -28px; width: 28px; top: 46px; }
.few .mini .chip, .few .mini .box { width: 88px; }
.few .mini .chip { height: 24px; line-height: 24px; font-size: 13px; }
.few .mini .box i { max-width: 30px; height: 18px; border-radius: 3px; }
.body { display: grid; grid-template-columns: minmax(0, 1.12fr) minmax(0, 1fr); gap: 8px 28px; margin-top: 8px; align-items: start; }
.drawing svg { width: 100%; height: auto; display: block; overflow: visible; }
.words { min-width: 0; }
.cell-picture .heading { font-weight: 600; font-size: 15px; margin: 4px 0 8px; }
.formula { border-left: 3px solid var(--grid); padding-left: 12px; overflow-x: auto; }
.formula .line { display: flex; gap: 5px; align-items: flex-start; margin-bottom: 5px; white-space: nowrap; }
.formula .part { display: inline-flex; flex-direction: column; align-items: center; color: var(--quiet); border-radius: 6px; padding: 0 2px; }
.formula .symbols { font-family: "Cambria Math", "STIX Two Text", "Times New Roman", serif; font-style: italic; font-size: 16px; }
.formula .number { font-size: 11px; font-variant-numeric: tabular-nums; }
.formula .part.lit { color: var(--text); background: var(--glow); }
.formula .part.lit .symbols { font-weight: 700; }
.formula .part.ahead .number { opacity: .35; }
.sums { margin-top: 10px; background: var(--panel); border-radius: 10px; padding: 8px 14px 10px; min-height: 118px; }
.cell-picture .where { color: var(--quiet); font-size: 12px; margin: 0 0 4px; }
.cell-picture .sum { margin: 0 0 6px; overflow-wrap: anywhere; }
.sum-name { display: inline-block; margin-right: 10px; color: var(--quiet); font-size: 13px; }
.sum-text { font-variant-numeric: tabular-nums; font-weight: 500; }
.terms { display: grid; grid-template-columns: auto auto 1fr auto; gap: 1px 10px; align-items: center; font-size: 12px; font-variant-numeric: tabular-nums; }
.term-name, .term-product { color: var(--quiet); white-space: nowrap; }
.term-name { max-width: 130px; overflow: hidden; text-overflow: ellipsis; }
.term-bar { position: relative; height: 9px; background: linear-gradient(var(--line), var(--line)) 50% 0 / 1px 100% no-repeat; }
.term-bar span { position: absolute; top: 0; bottom: 0; border-radius: 2px; }
.term-number { text-align: right; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 6px; align-items: center; margin-top: 10px; font-size: 12px; color: var(--quiet); }
.legend > span { display: inline-flex; align-items: center; gap: 6px; margin-right: 8px; }
.legend .ramp { width: 70px; height: 9px; border-radius: 3px; box-shadow: 0 0 0 1px var(--line); }
.drawing text { text-anchor: middle; fill: var(--text); font-size: 13px; font-variant-numeric: tabular-nums; pointer-events: none; }
.drawing .sub { font-size: 72%; }
.drawing .node-label, .drawing .gate-label, .drawing .symbol { font-family: "Cambria Math", "STIX Two Text", "Times New Roman", serif; font-style: italic; font-size: 15px; }
.drawing .symbol { font-style: normal; }
.drawing text[text-anchor="end"] { text-anchor: end; }
.drawing .inside { font-size: 12px; }
.drawing .small { font-size: 11px; opacity: .85; }
.drawing .big { font-size: 15px; font-weight: 600; }
.drawing .beside, .drawing .wire-text { font-size: 12px; paint-order: stroke; stroke: var(--ground); stroke-width: 4px; stroke-linejoin: round; }
.drawing g { cursor: pointer; outline: none; transition: opacity .2s; }
.drawing circle, .drawing rect { stroke: var(--mark); stroke-width: 1.2; fill: var(--ground); }
.drawing path { fill: none; stroke-linejoin: round; }
.drawing .hit { stroke: transparent; stroke-width: 18; pointer-events: stroke; }
.drawing .ground { stroke: var(--line); }
.drawing .arrow { stroke: var(--mark); stroke-width: .8; }
.drawing .flow { stroke: none; stroke-width: 1.4; stroke-dasharray: 2 14; stroke-linecap: round; pointer-events: none; }
.drawing .lit .flow { stroke: var(--ground); animation: cell-flow 1s linear infinite; }
.drawing .ahead { opacity: .38; }
.drawing .lit circle, .drawing .lit rect { stroke: var(--text); stroke-width: 2.2; }
.drawing .pinned circle, .drawing .pinned rect, .drawing g:focus-visible circle, .drawing g:focus-visible rect { stroke: var(--primary); stroke-width: 3; }
.drawing .pinned .ground, .drawing g:focus-visible .ground, .drawing .wire:hover .ground { stroke: var(--primary); }
@keyframes cell-flow { from { stroke-dashoffset: 16; } to { stroke-dashoffset: 0; } }
@media (prefers-reduced-motion: reduce) { .drawing .lit .flow { animation: none; stroke: none; } .drawing g { transition: none; } }
@container cell (max-width: 780px) {
  .body { grid-template-columns: minmax(0, 1fr); }
  .drawing { max-width: 600px; }
  .cell-picture .steps button { flex-direction: column; gap: 2px; padding: 6px 2px; font-size: 11px; text-align: center; }
  .controls input { flex-basis: 100%; order: 9; }
}
@container cell (max-width: 520px) {
  .drawing .inside { font-size: 14.5px; }
  .drawing .beside, .drawing .wire-text { font-size: 15px; }
  .drawing .node-label, .drawing .gate-label, .drawing .symbol { font-size: 18px; }
  .drawing .big { font-size: 18px; }
  .drawing .small { font-size: 13.5px; }
  .cell-picture .few .mini { width: 84px; margin-right: 18px; }
  .few .mini + .mini::before { left: -18px; width: 18px; }
  .few .mini .chip, .few .mini .box { width: 70px; }
}
`;
