// The window player: slides a window along the training part and shows what the network is given.
// Everything moves in the browser; the server sends the stretch once.

const SPEEDS = [["slow", 2], ["normal", 8], ["fast", 40]];
const OVERVIEW_PX = 46;
const DETAIL_PX = 210;
const ROW_PX = 26;
const SCALE_END = 2.5; // scaled values beyond this have the deepest colour
const TARGET_WORDS = { level: "value", change: "change", log_return: "log return" };

const make = (tag, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};

/** Build the controls and the three canvases; they stay as long as the mount lives. */
function createPlayer(parent) {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const player = { index: 0, scaled: false, speed: calm ? 2 : 8, playing: false, data: null };
  player.play = make("button", { className: "play", onclick: () => toggle(player) });
  player.back = make("button", { textContent: "‹", ariaLabel: "one window back", onclick: () => go(player, player.index - 1) });
  player.next = make("button", { textContent: "›", ariaLabel: "one window on", onclick: () => go(player, player.index + 1) });
  player.slider = make("input", { type: "range", min: 0, step: 1, ariaLabel: "window", oninput: () => go(player, +player.slider.value) });
  player.raw = make("button", { className: "wide", textContent: "Raw", onclick: () => showScaled(player, false) });
  player.norm = make("button", { className: "wide", textContent: "Scaled", onclick: () => showScaled(player, true) });
  player.pace = make("select", { ariaLabel: "speed", onchange: () => (player.speed = +player.pace.value) });
  for (const [word, speed] of SPEEDS) player.pace.append(make("option", { textContent: word, value: speed, selected: speed === player.speed }));
  player.count = make("strong");
  player.words = make("p", { className: "words" });
  player.shapes = make("p", { className: "shapes" });
  player.overview = canvas("the whole series with its parts and the place of the window");
  player.detail = canvas("the window and its target on the series");
  player.strip = canvas("the numbers of the window and of its target");
  player.detail.tabIndex = 0;
  player.detail.onkeydown = (event) => press(player, event);
  player.overview.onpointerdown = (event) => jump(player, event);
  const bar = make("div", { className: "bar" }, player.play, player.back, player.slider, player.next);
  const options = make("div", { className: "bar" }, player.count, make("span", { className: "gap" }), player.raw, player.norm, player.pace);
  player.root = make("div", { className: "player" }, bar, options, player.overview, player.detail, player.words, player.strip, player.shapes);
  parent.append(player.root);
  player.observer = new ResizeObserver(() => draw(player));
  player.observer.observe(player.root);
  return player;
}

function canvas(label) {
  const element = make("canvas", { ariaLabel: label });
  element.setAttribute("role", "img");
  return element;
}

/** Read a table of float32 that was written row by row. */
function rows(text, columns) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const numbers = new Float32Array(bytes.buffer);
  return Array.from({ length: numbers.length / columns }, (_, row) => numbers.subarray(row * columns, (row + 1) * columns));
}

/** Take new data; stay at the same position of the series where that is still possible. */
function show(player, data) {
  const place = player.data ? player.data.start + player.index : data.start;
  player.data = data;
  player.tables = { raw: rows(data.raw, data.length), scaled: rows(data.scaled, data.length) };
  player.slider.max = data.windows - 1;
  go(player, place - data.start);
}

function go(player, index) {
  player.index = Math.max(0, Math.min(player.data.windows - 1, index));
  player.slider.value = player.index;
  draw(player);
}

function toggle(player) {
  player.playing = !player.playing;
  if (player.playing && player.index === player.data.windows - 1) player.index = 0;
  player.since = performance.now();
  if (player.playing) requestAnimationFrame((now) => tick(player, now));
  draw(player);
}

/** Move on by as many whole windows as the time since the last move asks for. */
function tick(player, now) {
  if (!player.playing || !player.root.isConnected) return;
  const steps = Math.floor(((now - player.since) * player.speed) / 1000);
  if (steps > 0) {
    player.since = now;
    if (player.index + steps >= player.data.windows - 1) player.playing = false;
    go(player, player.index + steps);
  }
  requestAnimationFrame((later) => tick(player, later));
}

function press(player, event) {
  const jumps = { ArrowLeft: -1, ArrowRight: 1, PageUp: -player.data.window, PageDown: player.data.window };
  if (event.key === " ") toggle(player);
  else if (event.key in jumps) go(player, player.index + jumps[event.key]);
  else if (event.key === "Home") go(player, 0);
  else if (event.key === "End") go(player, player.data.windows - 1);
  else return;
  event.preventDefault();
}

/** Put the window where the overview was touched. */
function jump(player, event) {
  const { overview, start, window } = player.data;
  const box = player.overview.getBoundingClientRect();
  const position = ((event.clientX - box.left) / box.width) * overview.length;
  go(player, Math.round(position - start - window / 2));
}

function showScaled(player, scaled) {
  player.scaled = scaled;
  draw(player);
}

function draw(player) {
  if (!player.data || !player.root.clientWidth) return;
  drawWords(player);
  drawOverview(player);
  drawDetail(player);
  drawStrip(player);
}

const number = (value) => (Number.isFinite(value) ? String(+value.toPrecision(3)) : "none");

function placeName(data, offset) {
  return data.places[offset] ?? `step ${data.start + offset}`;
}

function drawWords(player) {
  const { data, index } = player;
  const { window, horizon, batch, features, unit } = data;
  const shownUnit = player.scaled ? "" : unit && ` ${unit}`;
  const answer = player.tables[player.scaled ? "scaled" : "raw"][0][index + window];
  const last = placeName(data, index + window + horizon - 1);
  const asked = horizon > 1 ? `the next ${horizon} ${TARGET_WORDS[data.target]}s, up to ${last} (the first is ` : `the ${TARGET_WORDS[data.target]} at ${last} (`;
  player.play.textContent = player.playing ? "❚❚ Pause" : "▶ Play";
  player.play.setAttribute("aria-pressed", player.playing);
  player.raw.setAttribute("aria-pressed", !player.scaled);
  player.norm.setAttribute("aria-pressed", player.scaled);
  player.count.textContent = `Window ${(data.first + index + 1).toLocaleString("en")} of ${data.all_windows.toLocaleString("en")}`;
  player.slider.setAttribute("aria-valuetext", player.count.textContent);
  player.words.textContent =
    `The network reads ${placeName(data, index)} to ${placeName(data, index + window - 1)} and must forecast ` +
    `${asked}${number(answer)}${shownUnit}).`;
  player.shapes.textContent =
    `This window: (time ${window}, features ${features.length}); its target: (horizon ${horizon}). ` +
    `${batch} windows stacked make one batch: inputs (batch, time, features) = (${batch}, ${window}, ${features.length}), ` +
    `targets (batch, horizon) = (${batch}, ${horizon}).`;
}

/** Size a canvas for this screen and return its context, cleared. */
function context(player, element, height) {
  const width = player.root.clientWidth, ratio = globalThis.devicePixelRatio || 1;
  if (element.width !== Math.round(width * ratio) || element.height !== Math.round(height * ratio)) {
    element.width = Math.round(width * ratio);
    element.height = Math.round(height * ratio);
    element.style.height = `${height}px`;
  }
  const pen = element.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, width, height);
  pen.font = `11px ${getComputedStyle(player.root).fontFamily}`;
  return [pen, width];
}

function line(pen, color, width, points) {
  pen.strokeStyle = color;
  pen.lineWidth = width;
  pen.lineJoin = "round";
  pen.beginPath();
  for (const [x, y] of points) pen.lineTo(x, y);
  pen.stroke();
}

/** The whole series, its parts, and a mark where the window is. */
function drawOverview(player) {
  const { data, index } = player;
  const { positions, values, length, parts } = data.overview;
  const [pen, width] = context(player, player.overview, OVERVIEW_PX);
  const x = (position) => (position / length) * width;
  const [low, high] = ends(values);
  const y = (value) => 6 + (1 - (value - low) / (high - low)) * (OVERVIEW_PX - 12);
  for (const [part, [start, stop]] of Object.entries(parts)) {
    pen.fillStyle = data.colors.bands[part];
    pen.fillRect(x(start), 0, x(stop) - x(start), OVERVIEW_PX);
  }
  const kept = positions.map((position, k) => [position, values[k]]);
  const drawPart = (color, from, to) =>
    line(pen, color, 1.2, kept.filter(([p]) => p >= from && p < to).map(([p, v]) => [x(p), y(v)]));
  drawPart(data.colors.truth, 0, parts.test[0]);
  drawPart(data.colors.sealed, parts.test[0], length);
  const start = data.start + index;
  pen.fillStyle = data.colors.window;
  pen.globalAlpha = 0.45;
  pen.fillRect(x(start), 0, Math.max(3, x(start + data.window) - x(start)), OVERVIEW_PX);
  pen.globalAlpha = 1;
}

function ends(values) {
  let low = Infinity, high = -Infinity;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low < high ? [low, high] : [low - 1, high + 1];
}

/** The stretch around the window: what is read in blue, what must be answered as rings. */
function drawDetail(player) {
  const { data, index } = player;
  const { window, horizon, colors } = data;
  const values = player.tables[player.scaled ? "scaled" : "raw"][0];
  const [pen, width] = context(player, player.detail, DETAIL_PX);
  const left = 46, right = 10, top = 20, bottom = DETAIL_PX - 20;
  const span = Math.min(data.length, Math.max(60, 4 * (window + horizon)));
  const from = data.windows > 1 ? (index / (data.windows - 1)) * (data.length - span) : 0;
  const [low, high] = ends(values);
  const x = (offset) => left + ((offset - from) / Math.max(span - 1, 1)) * (width - left - right);
  const y = (value) => bottom - ((value - low) / (high - low)) * (bottom - top);
  const points = (start, stop) => Array.from({ length: stop - start }, (_, k) => [x(start + k), y(values[start + k])]);
  drawAxis(pen, colors, { low, high, y, left, width });
  pen.fillStyle = colors.window;
  pen.globalAlpha = 0.13;
  pen.fillRect(x(index), top - 14, x(index + window - 1) - x(index), bottom - top + 20);
  pen.globalAlpha = 1;
  line(pen, colors.truth, 1.4, points(Math.floor(from), Math.min(data.length, Math.ceil(from + span))));
  line(pen, colors.window, 3, points(index, index + window));
  for (const [px, py] of points(index + window, index + window + horizon)) ring(pen, px, py, colors);
  pen.fillStyle = colors.text;
  caption(pen, "window", (x(index) + x(index + window - 1)) / 2, 10, width);
  caption(pen, "target", x(index + window + (horizon - 1) / 2), DETAIL_PX - 7, width);
}

/** Quiet lines at round values. */
function drawAxis(pen, colors, { low, high, y, left, width }) {
  const rough = (high - low) / 3, power = 10 ** Math.floor(Math.log10(rough));
  const stride = power * [1, 2, 5, 10].find((factor) => factor * power >= rough);
  pen.textAlign = "right";
  pen.textBaseline = "middle";
  for (let k = Math.ceil(low / stride); k * stride <= high; k++) {
    line(pen, colors.grid, 1, [[left, y(k * stride)], [width, y(k * stride)]]);
    pen.fillStyle = colors.quiet;
    pen.fillText(number(k * stride), left - 6, y(k * stride));
  }
}

function ring(pen, x, y, colors) {
  pen.beginPath();
  pen.arc(x, y, 4.5, 0, 2 * Math.PI);
  pen.fillStyle = colors.background;
  pen.fill();
  pen.lineWidth = 2.2;
  pen.strokeStyle = colors.truth;
  pen.stroke();
}

function caption(pen, text, x, y, width) {
  const half = pen.measureText(text).width / 2;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText(text, Math.max(half, Math.min(width - half, x)), y);
}

/** The numbers themselves: a row for each feature, a cell for each step, and the target's cells apart. */
function drawStrip(player) {
  const { data, index } = player;
  const { window, horizon, features, colors } = data;
  const [pen, width] = context(player, player.strip, 36 + ROW_PX * features.length);
  const names = features.length > 1 ? Math.min(110, width * 0.24) : 0, apart = 14;
  const cell = (width - names - apart) / (window + horizon);
  const cells = (row, start, count, left) => {
    for (let k = 0; k < count; k++) drawCell(player, pen, row, start + k, left + k * cell, cell);
  };
  pen.textBaseline = "middle";
  pen.fillStyle = colors.quiet;
  pen.textAlign = "left";
  pen.fillText(`inputs${player.scaled ? ", scaled" : ", raw"}`, names, 9);
  pen.textAlign = "right";
  pen.fillText("target", width, 9);
  features.forEach((name, row) => {
    const y = 20 + row * ROW_PX + (ROW_PX - 2) / 2;
    pen.fillStyle = colors.text;
    pen.textAlign = "left";
    if (names) pen.fillText(shortened(pen, row ? name : TARGET_WORDS[name] ?? name, names - 6), 0, y);
    cells(row, index, window, names);
  });
  cells(0, index + window, horizon, names + window * cell + apart);
  pen.fillStyle = colors.quiet;
  pen.textAlign = "left";
  pen.fillText("time →", names, 28 + ROW_PX * features.length);
}

function drawCell(player, pen, row, offset, x, width) {
  const { raw, scaled } = player.tables;
  const share = Math.max(0, Math.min(1, 0.5 + scaled[row][offset] / (2 * SCALE_END)));
  const [color, light] = blend(player.data.colors.scale, share);
  const y = 20 + row * ROW_PX;
  pen.fillStyle = color;
  pen.fillRect(x, y, Math.max(width - (width > 6 ? 1 : 0), 0.5), ROW_PX - 2);
  if (width < 34) return;
  pen.fillStyle = light ? "#1f2a37" : "#ffffff";
  pen.textAlign = "center";
  pen.fillText(number((player.scaled ? scaled : raw)[row][offset]), x + width / 2, y + ROW_PX / 2 - 1);
}

/** Return the colour at a share of the scale, and whether dark text reads better on it. */
function blend(scale, share) {
  let k = 1;
  while (k < scale.length - 1 && scale[k][0] < share) k++;
  const [[from, first], [to, second]] = [scale[k - 1], scale[k]];
  const part = (share - from) / (to - from);
  const mix = [1, 3, 5].map((i) => {
    const [a, b] = [first, second].map((color) => parseInt(color.slice(i, i + 2), 16));
    return Math.round(a + (b - a) * part);
  });
  return [`rgb(${mix.join(",")})`, 0.299 * mix[0] + 0.587 * mix[1] + 0.114 * mix[2] > 140];
}

function shortened(pen, text, room) {
  let kept = text;
  while (kept.length > 1 && pen.measureText(kept).width > room) kept = kept.slice(0, -1);
  return kept === text ? text : `${kept.slice(0, -1)}…`;
}

export default function ({ parentElement, data }) {
  const player = (parentElement.windowPlayer ??= createPlayer(parentElement));
  show(player, data);
  return () => setTimeout(() => {
    if (player.root.isConnected) return;
    player.observer.disconnect();
    player.playing = false;
    delete parentElement.windowPlayer;
  });
}
