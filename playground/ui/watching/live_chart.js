// The live chart in the browser: one plotly chart per mount, redrawn in place.

const PLOTLY_URL = new URL("./plotly.min.js", import.meta.url).href;
const ARRAYS = {
  f4: Float32Array, f8: Float64Array,
  i1: Int8Array, i2: Int16Array, i4: Int32Array,
  u1: Uint8Array, u2: Uint16Array, u4: Uint32Array,
};
const NARROW_PX = 520;
const MOST_VIEWS = 50;
const STYLE = `
  .live-chart-title { font-weight: 600; line-height: 1.3; margin: 0 0 2px; text-wrap: pretty; }
  .live-chart.narrow .modebar-container { display: none; }
`;

/** Load plotly.js once per page; every chart shares the promise. */
function loadPlotly() {
  window.rnnPlaygroundPlotly ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = PLOTLY_URL;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => {
      window.rnnPlaygroundPlotly = undefined;
      script.remove();
      reject(new Error(`could not load ${PLOTLY_URL}`));
    };
    document.head.append(script);
  });
  return window.rnnPlaygroundPlotly;
}

/** Read the bytes written by playground/charts/wire.py. */
export function unpack(bytes) {
  const buffer = bytes.slice().buffer;
  const length = new DataView(buffer).getUint32(0, true);
  const words = new TextDecoder().decode(new Uint8Array(buffer, 8, length));
  return JSON.parse(words, (_, value) => (value?.$ ? readArray(buffer, 8 + length, value.$) : value));
}

function readArray(buffer, start, [kind, offset, length, columns, scale]) {
  let array = new ARRAYS[kind](buffer, start + offset, length);
  if (scale) array = Float32Array.from(array, (level) => (level === -32768 ? NaN : level * scale));
  if (!columns) return array;
  return Array.from({ length: length / columns }, (_, row) => array.subarray(row * columns, (row + 1) * columns));
}

/** Build the heading and the box that plotly draws in; they stay as long as the mount lives. */
function createChart(parent) {
  const root = document.createElement("div");
  const title = document.createElement("div");
  const plot = document.createElement("div");
  const style = document.createElement("style");
  style.textContent = STYLE;
  root.className = "live-chart";
  title.className = "live-chart-title";
  plot.setAttribute("role", "img");
  root.append(style, title, plot);
  parent.append(root);
  const chart = { root, title, plot, figure: null, busy: false, narrow: null };
  chart.observer = new ResizeObserver(() => fit(chart));
  chart.observer.observe(root);
  return chart;
}

/** Redraw with the newest figure; never two redraws at once, never while the reader drags. */
async function draw(chart) {
  if (chart.busy) return;
  chart.busy = true;
  try {
    const Plotly = await plotlyFor(chart);
    while (Plotly && chart.figure && chart.root.isConnected) {
      if (chart.plot._dragging) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        continue;
      }
      const figure = chart.figure;
      const first = !chart.shown;
      chart.figure = null;
      chart.shown = figure;
      const data = figure.data.map((trace) => ({ ...trace }));
      await Plotly.react(chart.plot, data, layoutFor(chart, figure, first), (chart.config ??= configFor(chart, figure)));
      if (figure.layout.meta?.reports && !chart.reports) reportPicks(chart);
      if (first) {
        chart.plot.on("plotly_relayout", () => remember(chart));
        if (views().has(viewName(figure))) chart.figure ??= figure;
      }
    }
  } finally {
    chart.busy = false;
  }
}

/** Return plotly, or tell the reader in its place why there is no chart. */
async function plotlyFor(chart) {
  try {
    const Plotly = await loadPlotly();
    if (!chart.shown) chart.plot.textContent = "";
    return Plotly;
  } catch (error) {
    chart.plot.textContent =
      "The chart's drawing library did not load from the server. Check the connection and reload the page.";
    console.error(error);
    return null;
  }
}

/** What the reader zoomed to, by chart; it outlives a mount that a broken connection or another page takes away. */
function views() {
  return (window.rnnPlaygroundViews ??= new Map());
}

function viewName(figure) {
  return `${figure.name} ${figure.layout.uirevision}`;
}

/** Say whether two ranges are one, also where plotly wrote a date in its own way. */
function isSame(range, other = []) {
  const number = (place) => (typeof place === "string" ? Date.parse(place) : place);
  return range.every((place, index) => number(place) === number(other[index]));
}

/** Keep the ranges that the reader chose, as far as they are not the figure's own. */
function remember(chart) {
  const own = chart.shown.layout;
  const ranges = Object.entries(chart.plot.layout)
    .filter(([name, axis]) => /^[xy]axis\d*$/.test(name) && axis.range && !axis.autorange)
    .filter(([name, axis]) => !isSame(axis.range, own[name]?.range))
    .map(([name, axis]) => [name, [...axis.range]]);
  const name = viewName(chart.shown);
  views().delete(name);
  if (ranges.length) views().set(name, ranges);
  if (views().size > MOST_VIEWS) views().delete(views().keys().next().value);
}

/**
 * Fit the figure's layout to this screen: heading outside, narrow margins and no drag-zoom on phones.
 * The first time it shows all, which is what plotly goes back to on a double click.
 */
function layoutFor(chart, figure, first = false) {
  const narrow = chart.root.clientWidth < NARROW_PX;
  const layout = { ...structuredClone(figure.layout), autosize: true, height: figure.height };
  const heading = typeof layout.title === "string" ? { text: layout.title } : (layout.title ?? {});
  chart.narrow = narrow;
  chart.root.classList.toggle("narrow", narrow);
  chart.heading = heading;
  chart.title.textContent = heading.text ?? "";
  chart.title.style.color = heading.font?.color ?? "inherit";
  chart.title.style.fontSize = `${heading.font?.size ?? 15}px`;
  chart.plot.setAttribute("aria-label", heading.text ?? "chart");
  chart.plot.style.minHeight = `${figure.height}px`;
  for (const [name, range] of first ? [] : (views().get(viewName(figure)) ?? [])) {
    layout[name] = { ...layout[name], range: [...range], autorange: false };
  }
  layout.title = undefined;
  layout.margin = { ...layout.margin, t: 28, ...(narrow ? { l: 36, r: 4 } : {}) };
  if (window.matchMedia("(pointer: coarse)").matches) layout.dragmode = false;
  return layout;
}

/** Tell the server what the reader clicks on, and which stretch of the time axis a box is drawn round. */
function reportPicks(chart) {
  chart.reports = true;
  chart.plot.on("plotly_click", ({ points }) => chart.report("picked", { x: points[0].x, y: points[0].y }));
  chart.plot.on("plotly_selected", (event) => {
    if (event?.range?.x) chart.report("picked", { range: event.range.x });
  });
}

/** One config for the life of a chart: with another, plotly would start anew and forget the zoom. */
function configFor(chart, figure) {
  const download = {
    name: "download",
    title: "Download as PNG",
    icon: window.Plotly.Icons.camera,
    click: () => save(chart),
  };
  return {
    displaylogo: false,
    responsive: false,
    displayModeBar: "hover",
    modeBarButtons: [
      [...(figure.layout.meta?.reports ? ["select2d"] : []), "zoom2d", "pan2d", "resetScale2d", download],
    ],
  };
}

/** Save what is on the screen, with its heading and a solid ground. */
function save(chart) {
  const { data, layout } = chart.plot;
  const text = (chart.heading.text ?? "").replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  const title = { ...chart.heading, text, y: 0.98, yref: "container", yanchor: "top" };
  const picture = {
    ...layout,
    title,
    paper_bgcolor: layout.hoverlabel?.bgcolor ?? "#ffffff",
    margin: { ...layout.margin, t: 80, r: 24 },
  };
  const size = { width: 1100, height: chart.shown.height + 80, scale: 2 };
  return window.Plotly.downloadImage({ data, layout: { ...picture, ...size } }, { format: "png", filename: "chart", ...size });
}

/** Follow the width of the container; cross the phone boundary with a full redraw. */
function fit(chart) {
  cancelAnimationFrame(chart.frame);
  chart.frame = requestAnimationFrame(() => {
    if (!chart.shown || !chart.root.clientWidth) return;
    if (chart.root.clientWidth < NARROW_PX !== chart.narrow) {
      chart.figure ??= chart.shown;
      draw(chart);
    } else {
      window.Plotly.Plots.resize(chart.plot);
    }
  });
}

export default function ({ parentElement, data, setTriggerValue }) {
  const chart = (parentElement.rnnPlaygroundChart ??= createChart(parentElement));
  chart.report = setTriggerValue;
  chart.figure = unpack(data);
  draw(chart);
  return () => setTimeout(() => remove(chart, parentElement));
}

/** Free a chart whose mount is gone; a mount that is only updated stays in the document. */
function remove(chart, parentElement) {
  if (chart.root.isConnected) return;
  chart.observer.disconnect();
  cancelAnimationFrame(chart.frame);
  if (chart.shown) window.Plotly.purge(chart.plot);
  delete parentElement.rnnPlaygroundChart;
}
