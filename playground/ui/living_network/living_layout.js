// Where everything of the living network stands, from its numbers and the width there is.

const NARROW_PX = 640, WIDE_PX = 900;
const ROWS = 8;
const MOST_LINKS = 90;
const WIDEST_GAP = 150;
const MAP_PX = 42;

const range = (count) => Array.from({ length: count }, (_, k) => k);

/** How much a unit's h moves over the window. */
function movement(h, column) {
  const values = h.map((row) => row[column]);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
}

/** Say which units of a layer have a tile, in order; those that had one keep their place, so that nothing jumps. */
export function seat(layer, most, before = []) {
  const units = [...layer.units], { h } = layer.values;
  const moving = range(units.length).sort((a, b) => movement(h, b) - movement(h, a)).slice(0, most);
  const wanted = moving.sort((a, b) => a - b).map((column) => units[column]);
  if (before.length !== wanted.length) return wanted;
  const fresh = wanted.filter((unit) => !before.includes(unit));
  return before.map((unit) => (units.includes(unit) ? unit : fresh.shift()));
}

/** Return how many units of a layer have room. */
export function mostTiles(data, width) {
  if (width >= WIDE_PX) return 3 * ROWS;
  return width >= NARROW_PX || data.layers.length === 1 ? 2 * ROWS : ROWS;
}

/** Return the geometry: all lengths in pixels, origin top left. */
export function layoutOf(data, seats, width) {
  const narrow = width < NARROW_PX;
  const columns = seats.map((seated) => Math.ceil(seated.length / ROWS));
  const rows = seats.map((seated, k) => Math.ceil(seated.length / columns[k]));
  const most = Math.max(...rows);
  const pitch = Math.min(44, Math.max(25, Math.floor(200 / most)));
  const tall = Math.min(30, pitch - 5);
  const top = 28, area = Math.max(most * pitch, 140), middle = top + area / 2;
  const least = narrow ? 84 : Math.min(230, width * 0.2), gaps = seats.length + 1;
  const across = columns.reduce((sum, count) => sum + count, 0);
  const wide = Math.max(18, Math.min(narrow ? 54 : 92, (width - 2 * least - gaps * (narrow ? 26 : width * 0.08)) / across - 4));
  const tiled = across * (wide + 4) - 4 * seats.length;
  const gap = Math.min(WIDEST_GAP, (width - 2 * least - tiled) / gaps);
  const left = (width - tiled - gap * gaps) / 2, right = left;
  const mapTop = top + area + 10;
  let x = left + gap;
  const layers = seats.map((seated, k) => {
    const span = columns[k] * (wide + 4) - 4;
    const tiles = seated.map((unit, place) => {
      const column = Math.floor(place / rows[k]), row = place % rows[k];
      return { unit, column, x: x + column * (wide + 4), y: middle + (row - (rows[k] - 1) / 2) * pitch - tall / 2, wide, tall };
    });
    const bottom = middle + (rows[k] * pitch) / 2;
    const size = Math.min(MAP_PX, Math.max(24, span - 8)), reach = Math.max(2, Math.min(34, span / 4 + 8, gap / 2 - 12));
    const map = { x: x + span / 2 - size / 2, y: mapTop, size };
    const layer = { x, span, tiles, columns: columns[k], bottom, map, reach, roomy: span + gap > 190 };
    x += span + gap;
    return layer;
  });
  const radius = narrow ? 15 : 18, inputs = data.names.length;
  const tallPlot = Math.min(area - 30, 130), others = inputs - 1;
  const strip = { x: 4, y: middle - tallPlot / 2, wide: left - 2 * radius - (narrow ? 10 : 22), tall: tallPlot };
  if (others) Object.assign(strip, { y: top + 4, tall: Math.min(area * 0.42, 110) });
  const below = strip.y + strip.tall + 44, between = Math.min(30, (top + area - below) / Math.max(1, others - 1));
  const nodes = range(inputs).map((k) => ({
    x: left - radius,
    y: k ? below + (k - 1) * between : strip.y + strip.tall / 2,
    radius: k ? Math.min(13, between / 2 - 1) : radius,
  }));
  const readout = { x: width - right + radius, y: middle, radius };
  const panelX = readout.x + radius + (narrow ? 8 : 18);
  const panel = { x: panelX, y: middle - tallPlot / 2, wide: width - panelX - 8, tall: tallPlot };
  return { width, height: mapTop + MAP_PX + 18, narrow, middle, top, layers, nodes, strip, readout, panel };
}

/** Return the largest weights between what stands left and right of a gap: { from, to, weight, path }. */
export function linksOf(data, seats, layout, gap) {
  const targets = gap < seats.length ? layout.layers[gap].tiles : [layout.readout];
  const layer = data.layers[gap], below = gap > 0 ? data.layers[gap - 1] : null;
  const sources = below ? layout.layers[gap - 1].tiles : layout.nodes;
  const columnOf = (level, unit) => level.units.indexOf(unit);
  const links = [];
  targets.forEach((target, to) => {
    const row = layer ? layer.W_x[columnOf(layer, target.unit)] : data.W_y;
    sources.forEach((source, from) => {
      links.push({ from, to, weight: row[below ? columnOf(below, source.unit) : from] });
    });
  });
  const shown = [...links].sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight)).slice(0, MOST_LINKS);
  const largest = Math.abs(shown[0]?.weight ?? 0) || 1;
  const begin = below ? layout.layers[gap - 1] : null, end = layer ? layout.layers[gap] : null;
  return shown
    .sort((a, b) => a.from - b.from || a.to - b.to)
    .map((link) => ({ ...link, share: Math.abs(link.weight) / largest, path: pathOf(sources[link.from], targets[link.to], begin, end) }));
}

function pathOf(source, target, begin, end) {
  const aside = (tile, columns) => (tile.column - (columns - 1) / 2) * 4;
  const startX = begin ? source.x + source.wide : source.x + source.radius;
  const startY = begin ? source.y + source.tall / 2 + aside(source, begin.columns) : source.y;
  const stopX = end ? target.x : target.x - target.radius;
  const stopY = end ? target.y + target.tall / 2 + aside(target, end.columns) : target.y;
  const leave = begin ? begin.x + begin.span : startX, arrive = end ? end.x : stopX;
  const half = (leave + arrive) / 2;
  return `M${startX} ${startY}H${leave}C${half} ${startY} ${half} ${stopY} ${arrive} ${stopY}H${stopX}`;
}

/** Return the loop of a layer's memory: down on the right, back up on the left. */
export function loopOf(layer) {
  const { x, y, size } = layer.map, middle = y + size / 2;
  const out = x + size + layer.reach, back = x - layer.reach;
  const right = Math.min(layer.x + layer.span - 6, out), left = Math.max(layer.x + 6, back);
  return {
    down: `M${right} ${layer.bottom}C${out + 8} ${layer.bottom + 12} ${out + 8} ${middle} ${x + size + 3} ${middle}`,
    up: `M${x - 3} ${middle}C${back - 8} ${middle} ${back - 8} ${layer.bottom + 14} ${left} ${layer.bottom + 1}`,
    tip: { x: left, y: layer.bottom },
  };
}

/** Return the path of a line of numbers in a box; `limit` is where the box ends above and below 0. */
export function lineOf(values, box, limit, inset = 3, count = values.length) {
  const step = (box.wide - 2 * inset) / Math.max(1, count - 1), middle = box.y + box.tall / 2;
  const scale = (box.tall / 2 - inset) / limit;
  let path = "";
  values.forEach((value, k) => {
    if (Number.isFinite(value)) path += `${path ? "L" : "M"}${(box.x + inset + k * step).toFixed(1)} ${(middle - value * scale).toFixed(1)}`;
  });
  return path;
}

/** Return where one value of such a line lies; `k` may lie between two steps. */
export function pointOf(values, box, limit, k, inset = 3, count = values.length) {
  const step = (box.wide - 2 * inset) / Math.max(1, count - 1), low = Math.floor(k), share = k - low;
  const value = (1 - share) * values[low] + (share ? share * values[Math.min(low + 1, values.length - 1)] : 0);
  return { x: box.x + inset + k * step, y: box.y + box.tall / 2 - (value * (box.tall / 2 - inset)) / limit };
}
