// The reading head in motion: a step is read, goes up layer by layer, and is read out. Still, it costs nothing.

import { showHead, showLayer, showReadout } from "./living_parts.js";

export const SPEEDS = { slow: 2200, normal: 800, fast: 260 };
const FRAME_MS = 30;
const REST_STEPS = 2.5;
const MOST_PASSES = 3;
const FLOWING = 10;

export const STILL = window.matchMedia("(prefers-reduced-motion: reduce)");

/** Begin or end the motion, as playing, the screen and the page allow. */
export function keepMoving(picture) {
  const moves = picture.playing && picture.onScreen && picture.layout && picture.root.isConnected;
  if (!moves) {
    cancelAnimationFrame(picture.frame);
    picture.frame = null;
  } else if (!picture.frame) {
    picture.before = null;
    picture.frame = requestAnimationFrame((now) => beat(picture, now));
  }
}

function beat(picture, now) {
  picture.frame = requestAnimationFrame((later) => beat(picture, later));
  picture.before ??= now;
  const passed = now - picture.before;
  if (passed < FRAME_MS) return;
  picture.before = now;
  const last = picture.data.outputs.length - 1;
  picture.phase += Math.min(passed, 200) / SPEEDS[picture.speed.value];
  if (picture.phase >= (picture.step === last ? REST_STEPS : 1)) {
    if (picture.step === last && (picture.passes += 1) >= MOST_PASSES) return picture.pause();
    picture.phase = 0;
    picture.step = picture.step === last ? 0 : picture.step + 1;
    picture.commit();
  }
  showMoment(picture);
}

/** Draw the moment inside a step: which parts have it already, and what is on its way. */
export function showMoment(picture) {
  const { data, step, parts } = picture, gaps = parts.gaps.length;
  const whole = !picture.playing || SPEEDS[picture.speed.value] < 400;
  const phase = whole ? 1 : Math.min(picture.phase, 1);
  const before = Math.max(0, step - 1), reached = (share) => (phase >= share ? step : before);
  showHead(picture, step, phase < 0.15 ? before + (step - before) * (phase / 0.15) : step);
  const due = Array.from({ length: gaps }, (_, k) => reached((0.15 + (k + 1) * (0.7 / gaps)) * (whole ? 0 : 1)));
  due.forEach((now, k) => {
    if (picture.shown[k] === now && !picture.fresh) return;
    picture.shown[k] = now;
    if (k < data.layers.length) showLayer(picture, k, now);
    else showReadout(picture, now);
  });
  flow(picture, whole ? 1 : phase, gaps);
  picture.fresh = false;
}

function flow(picture, phase, gaps) {
  const { parts } = picture, along = ((phase - 0.15) / 0.7) * gaps, gap = Math.floor(along);
  const moving = along >= 0 && gap < gaps;
  const share = along - gap, key = `${picture.step} ${gap}`;
  if (moving && picture.flowing?.key !== key) picture.flowing = { key, carriers: carriers(picture, gap) };
  // All places are asked for before anything is moved: the browser would lay out anew after each.
  const at = moving ? picture.flowing.carriers.map(({ path, length }) => path.getPointAtLength(length * share)) : [];
  if (picture.lit !== (moving ? gap : null)) {
    picture.lit = moving ? gap : null;
    parts.gaps.forEach(({ group }, k) => (group.style.opacity = moving && k !== gap ? 0.5 : 1));
  }
  parts.dots.forEach((dot, k) => {
    dot.style.display = at[k] ? "" : "none";
    if (at[k]) dot.setAttribute("transform", `translate(${at[k].x.toFixed(1)} ${at[k].y.toFixed(1)})`);
    if (!at[k] || dot.carrier === picture.flowing.carriers[k]) return;
    dot.carrier = picture.flowing.carriers[k];
    dot.setAttribute("r", dot.carrier.radius.toFixed(1));
    dot.style.fill = dot.carrier.color;
  });
}

/** Return what is on its way through a gap: the lines that carry most, |weight × what flows in|, and the memory. */
function carriers(picture, gap) {
  const { data, step, layout, parts } = picture, below = data.layers[gap - 1];
  const source = ({ from }) => (below ? below.values.h[step][below.units.indexOf(layout.layers[gap - 1].tiles[from].unit)] : data.inputs[step][from]);
  const carried = parts.gaps[gap].links.map((path) => ({ path, amount: path.link.weight * source(path.link) }));
  carried.sort((a, b) => Math.abs(b.amount) - Math.abs(a.amount));
  const most = Math.abs(carried[0]?.amount ?? 0) || 1;
  const lines = carried.slice(0, FLOWING).map(({ path, amount }) => ({
    path,
    radius: 1.6 + (2.6 * Math.abs(amount)) / most,
    color: amount < 0 ? data.theme.negative : data.theme.positive,
  }));
  const loops = [parts.loops[gap]?.up, parts.loops[gap - 1]?.down].filter(Boolean);
  const memory = loops.map((path) => ({ path, radius: 3.4, color: data.theme.colors.mark }));
  return [...lines, ...memory].map((one) => ({ ...one, length: one.path.getTotalLength() }));
}
