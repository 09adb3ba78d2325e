// A piano keyboard that writes down what is played: by mouse, touch, or the keys of the computer.
// Each note is [MIDI number, length in sixteenths], -1 for a rest; the melody is sent shortly after the last change.

const WHITE = [0, 2, 4, 5, 7, 9, 11];
const NAMES = ["C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B"];
const LENGTHS = [1, 2, 4, 8, 16];
const LENGTH_NAMES = { 1: "1/16", 2: "1/8", 3: "3/16", 4: "1/4", 6: "3/8", 8: "1/2", 12: "3/4", 16: "1/1" };
// The middle row of letters plays the white keys from the leftmost C, the row above the black ones.
const CODES = ["KeyA", "KeyW", "KeyS", "KeyE", "KeyD", "KeyF", "KeyT", "KeyG", "KeyY", "KeyH", "KeyU", "KeyJ", "KeyK",
  "KeyO", "KeyL", "KeyP", "Semicolon"];
const REST = -1;
const LOWEST_C = 48, HIGHEST_C = 72;
const NARROW_PX = 620;
const SEND_AFTER_MS = 350;
const SIXTEENTH_S = 0.125;

const make = (tag, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};

const isWhite = (pitch) => WHITE.includes(pitch % 12);
const nameOf = (pitch) => (pitch === REST ? "rest" : `${NAMES[pitch % 12]}${Math.floor(pitch / 12) - 1}`);

/** Build the keyboard and its buttons; they stay as long as the mount lives. */
function createBoard(parent, data) {
  const board = { notes: data.notes.map((note) => [...note]), length: 4, dotted: false, base: 60, most: data.most };
  board.lengths = LENGTHS.map((length) =>
    make("button", { textContent: LENGTH_NAMES[length], ariaLabel: `length ${LENGTH_NAMES[length]}`,
      onclick: () => choose(board, { length }) }));
  board.dots = make("button", { textContent: "dotted", onclick: () => choose(board, { dotted: !board.dotted }) });
  const button = (label, onclick) => make("button", { textContent: label, onclick });
  board.lower = button("Lower", () => shift(board, -12));
  board.higher = button("Higher", () => shift(board, 12));
  board.undo = button("Undo", () => change(board, board.notes.slice(0, -1)));
  board.clear = button("Clear", () => change(board, []));
  board.rest = button("Rest", () => press(board, REST));
  board.keys = make("div", { className: "keys" });
  board.keys.setAttribute("role", "group");
  board.keys.setAttribute("aria-label", "piano keyboard");
  board.written = make("div", { className: "written" });
  board.written.setAttribute("aria-live", "polite");
  board.root = make("div", { className: "board", tabIndex: 0, onkeydown: (event) => type(board, event) },
    make("div", { className: "bar" }, make("span", { className: "hint", textContent: "Length" }), ...board.lengths,
      board.dots, board.rest),
    board.keys,
    make("div", { className: "bar" }, board.lower, board.higher, board.undo, board.clear),
    board.written);
  parent.append(board.root);
  board.observer = new ResizeObserver(() => layKeys(board));
  board.observer.observe(board.root);
  choose(board, {});
  tell(board);
  return board;
}

/** Lay the keys that fit: two octaves, or one and a bit where it is narrow. */
function layKeys(board) {
  const whites = board.root.clientWidth < NARROW_PX ? 10 : 15;
  if (board.laid === `${whites} ${board.base}`) return;
  board.laid = `${whites} ${board.base}`;
  board.keys.replaceChildren();
  let white = 0;
  for (let pitch = board.base; white < whites; pitch++) {
    const letter = CODES[pitch - board.base]?.replace("Key", "").replace("Semicolon", ";") ?? "";
    const key = make("button", { className: isWhite(pitch) ? "white" : "black", ariaLabel: nameOf(pitch) });
    key.append(make("span", { className: "letter", textContent: letter }));
    if (isWhite(pitch)) key.append(make("span", { className: "name", textContent: nameOf(pitch) }));
    const width = 100 / whites;
    key.style.left = `${isWhite(pitch) ? white * width : (white - 0.31) * width}%`;
    key.style.width = `${isWhite(pitch) ? width : 0.62 * width}%`;
    key.onpointerdown = (event) => {
      if (event.button > 0) return;
      event.preventDefault();
      board.root.focus({ preventScroll: true });
      press(board, pitch, key);
    };
    key.onclick = (event) => event.detail === 0 && press(board, pitch, key);
    board.keys.append(key);
    white += isWhite(pitch);
  }
  board.lower.disabled = board.base <= LOWEST_C;
  board.higher.disabled = board.base >= HIGHEST_C;
}

function shift(board, by) {
  board.base = Math.max(LOWEST_C, Math.min(HIGHEST_C, board.base + by));
  layKeys(board);
}

function choose(board, chosen) {
  Object.assign(board, chosen);
  if (board.length === 1 || board.length === 16) board.dotted = false;
  board.dots.disabled = board.length === 1 || board.length === 16;
  board.lengths.forEach((button, k) => button.setAttribute("aria-pressed", LENGTHS[k] === board.length));
  board.dots.setAttribute("aria-pressed", board.dotted);
}

function type(board, event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const step = CODES.indexOf(event.code);
  const onButton = event.composedPath()[0] !== board.root;
  if (step >= 0) press(board, board.base + step, board.keys.children[step]);
  else if (event.key >= "1" && event.key <= "5") choose(board, { length: LENGTHS[event.key - 1] });
  else if (event.key === ".") board.dots.click();
  else if (event.key === "Backspace") change(board, board.notes.slice(0, -1));
  else if (event.key === " " && !onButton) press(board, REST);
  else return;
  event.preventDefault();
}

/** Write a note down and let it sound. */
function press(board, pitch, key) {
  const sixteenths = board.dotted ? 1.5 * board.length : board.length;
  if (pitch !== REST) sound(board, pitch, sixteenths * SIXTEENTH_S);
  if (key) {
    key.classList.add("down");
    setTimeout(() => key.classList.remove("down"), 160);
  }
  if (board.notes.length < board.most) change(board, [...board.notes, [pitch, sixteenths]]);
}

function sound(board, pitch, seconds) {
  const Context = globalThis.AudioContext;
  if (!Context) return;
  board.audio ??= new Context();
  board.audio.resume();
  const now = board.audio.currentTime, gain = board.audio.createGain(), voice = board.audio.createOscillator();
  voice.type = "triangle";
  voice.frequency.value = 440 * 2 ** ((pitch - 69) / 12);
  gain.gain.setValueAtTime(0, now);
  gain.gain.linearRampToValueAtTime(0.35, now + 0.012);
  gain.gain.exponentialRampToValueAtTime(0.001, now + Math.max(seconds, 0.15));
  voice.connect(gain).connect(board.audio.destination);
  voice.start(now);
  voice.stop(now + Math.max(seconds, 0.15) + 0.02);
}

function change(board, notes) {
  board.notes = notes;
  tell(board);
  clearTimeout(board.timer);
  board.timer = setTimeout(() => board.send(board.notes), SEND_AFTER_MS);
}

function tell(board) {
  const { notes } = board;
  board.undo.disabled = board.clear.disabled = !notes.length;
  const full = notes.length >= board.most ? ` ${board.most} notes are the most.` : "";
  const last = notes.slice(-12).map(([pitch, length]) => `${nameOf(pitch)} ${LENGTH_NAMES[length]}`).join("  ·  ");
  board.written.textContent = notes.length
    ? `${notes.length} note${notes.length > 1 ? "s" : ""}: ${notes.length > 12 ? "…  " : ""}${last}${full}`
    : "Press keys with mouse or finger, or click here and use the letters on them. Backspace takes the last note back.";
}

export default function ({ parentElement, data, setStateValue }) {
  const board = (parentElement.board ??= createBoard(parentElement, data));
  board.send = (notes) => setStateValue("notes", notes);
  layKeys(board);
  return () => setTimeout(() => {
    if (board.root.isConnected) return;
    clearTimeout(board.timer);
    board.observer.disconnect();
    board.audio?.close();
    delete parentElement.board;
  });
}
