// The drawing pad: one curve, drawn with mouse, finger, pen or arrow keys; sent when a stroke ends.
// The curve is a height for each of a fixed number of columns, so it always is a series.

const COLUMNS = 400;
const PAD_PX = 240;
const SMOOTH_REACH = 6; // columns on either side that a point is averaged with
const UNSET = -1;

const make = (tag, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};

/** Build the pad and its buttons; they stay as long as the mount lives. */
function createPad(parent) {
  const pad = { heights: new Float32Array(COLUMNS).fill(UNSET), pen: null, cursor: [0, 0.5], send: () => {} };
  pad.canvas = make("canvas", { tabIndex: 0 });
  pad.canvas.setAttribute("role", "img");
  pad.canvas.setAttribute(
    "aria-label",
    "drawing pad: draw a curve from left to right, or use the arrow keys: up and down move the pen, right draws",
  );
  pad.canvas.onpointerdown = (event) => begin(pad, event);
  pad.canvas.onpointermove = (event) => follow(pad, event);
  pad.canvas.onpointerup = pad.canvas.onpointercancel = (event) => end(pad, event);
  pad.canvas.onkeydown = (event) => press(pad, event);
  pad.canvas.onkeyup = (event) => event.key === "ArrowRight" && finish(pad);
  const smooth = make("button", { textContent: "Smooth", onclick: () => change(pad, smoothed(pad.heights)) });
  const clear = make("button", { textContent: "Clear", onclick: () => change(pad, new Float32Array(COLUMNS).fill(UNSET)) });
  pad.hint = make("span", { className: "hint" });
  pad.root = make("div", { className: "pad" }, pad.canvas, make("div", { className: "bar" }, smooth, clear, pad.hint));
  parent.append(pad.root);
  pad.observer = new ResizeObserver(() => draw(pad));
  pad.observer.observe(pad.root);
  return pad;
}

function begin(pad, event) {
  if (event.button > 0) return;
  pad.canvas.setPointerCapture(event.pointerId);
  pad.pen = event.pointerId;
  pad.last = place(pad, event);
  set(pad, pad.last, pad.last);
  event.preventDefault();
}

/** Follow the pointer through every place that it touched since the last frame. */
function follow(pad, event) {
  if (pad.pen !== event.pointerId) return;
  const passed = event.getCoalescedEvents?.() ?? [];
  for (const step of passed.length ? passed : [event]) {
    const here = place(pad, step);
    set(pad, pad.last, here);
    pad.last = here;
  }
}

function end(pad, event) {
  if (pad.pen !== event.pointerId) return;
  pad.pen = null;
  finish(pad);
}

/** Return [column, height 0 .. 1] under a pointer. */
function place(pad, event) {
  const box = pad.canvas.getBoundingClientRect();
  const inside = (share) => Math.max(0, Math.min(1, share));
  const column = Math.round(inside((event.clientX - box.left) / box.width) * (COLUMNS - 1));
  return [column, inside(1 - (event.clientY - box.top) / box.height)];
}

/** Set every column between two places; drawing over a column replaces it. */
function set(pad, [from, start], [to, stop]) {
  const stride = Math.sign(to - from) || 1;
  for (let column = from; ; column += stride) {
    const share = to === from ? 1 : (column - from) / (to - from);
    pad.heights[column] = start + share * (stop - start);
    if (column === to) break;
  }
  pad.cursor = [to, stop];
  draw(pad);
}

function press(pad, event) {
  const [column, height] = pad.cursor;
  const move = { ArrowUp: 0.03, ArrowDown: -0.03 }[event.key];
  if (move) pad.cursor = [column, Math.max(0, Math.min(1, height + move))];
  else if (event.key === "ArrowLeft") pad.cursor = [Math.max(0, column - 8), height];
  else if (event.key === "ArrowRight") {
    const from = [column, pad.heights[column] === UNSET ? height : pad.heights[column]];
    set(pad, from, [Math.min(COLUMNS - 1, column + 8), height]);
  } else return;
  event.preventDefault();
  draw(pad);
}

/** Return the heights averaged with their neighbours; columns that are not drawn stay so. */
function smoothed(heights) {
  return heights.map((height, column) => {
    if (height === UNSET) return UNSET;
    const near = heights.slice(Math.max(0, column - SMOOTH_REACH), column + SMOOTH_REACH + 1).filter((h) => h !== UNSET);
    return near.reduce((sum, h) => sum + h, 0) / near.length;
  });
}

function change(pad, heights) {
  pad.heights = heights;
  finish(pad);
}

/** Draw once more and hand the curve over as [x, y] pairs, 0 .. 1 each. */
function finish(pad) {
  draw(pad);
  pad.send(points(pad));
}

function points(pad) {
  const found = [];
  pad.heights.forEach((height, column) => {
    if (height !== UNSET) found.push([+(column / (COLUMNS - 1)).toFixed(4), +height.toFixed(4)]);
  });
  return found;
}

function draw(pad) {
  const width = pad.root.clientWidth, ratio = globalThis.devicePixelRatio || 1;
  if (!width || !pad.colors) return;
  pad.canvas.width = Math.round(width * ratio);
  pad.canvas.height = Math.round(PAD_PX * ratio);
  pad.canvas.style.height = `${PAD_PX}px`;
  const pen = pad.canvas.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  const at = (column, height) => [(column / (COLUMNS - 1)) * width, (1 - height) * PAD_PX];
  grid(pen, pad.colors.grid, width);
  pen.strokeStyle = pad.colors.truth;
  pen.lineWidth = 2.4;
  pen.lineJoin = pen.lineCap = "round";
  pen.beginPath();
  pad.heights.forEach((height, column) => {
    if (height === UNSET) return;
    if (column === 0 || pad.heights[column - 1] === UNSET) pen.moveTo(...at(column, height));
    pen.lineTo(...at(column, height));
  });
  pen.stroke();
  const drawn = pad.heights.filter((height) => height !== UNSET).length;
  pad.hint.textContent = drawn ? `${Math.round((100 * drawn) / COLUMNS)}% of the width is drawn` : "Draw here, from left to right";
  if (document.activeElement === pad.canvas || pad.canvas.getRootNode().activeElement === pad.canvas) {
    pen.beginPath();
    pen.arc(...at(...pad.cursor), 5, 0, 2 * Math.PI);
    pen.fillStyle = pad.colors.prediction;
    pen.fill();
  }
}

function grid(pen, color, width) {
  pen.strokeStyle = color;
  pen.lineWidth = 1;
  pen.beginPath();
  for (let k = 1; k < 8; k++) {
    pen.moveTo((k / 8) * width, 0);
    pen.lineTo((k / 8) * width, PAD_PX);
  }
  for (let k = 1; k < 4; k++) {
    pen.moveTo(0, (k / 4) * PAD_PX);
    pen.lineTo(width, (k / 4) * PAD_PX);
  }
  pen.stroke();
}

export default function ({ parentElement, data, setStateValue }) {
  const pad = (parentElement.drawingPad ??= createPad(parentElement));
  pad.send = (found) => setStateValue("points", found);
  pad.colors = data.colors;
  draw(pad);
  return () => setTimeout(() => {
    if (pad.root.isConnected) return;
    pad.observer.disconnect();
    delete parentElement.drawingPad;
  });
}
