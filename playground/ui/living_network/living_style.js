// How the living network looks; the colours come with the data.

export const STYLE = `
.living { color: var(--text); font-size: 14px; line-height: 1.4; }
.living * { box-sizing: border-box; }
.living .head { display: flex; flex-wrap: wrap; gap: 6px 16px; align-items: center; justify-content: space-between; }
.living .title { font-weight: 600; font-size: 15px; line-height: 1.3; flex: 1 1 260px; text-wrap: pretty; }
.living .controls { display: flex; gap: 6px; align-items: center; }
.living button, .living select { font: inherit; font-size: 13px; color: inherit; background: var(--ground); border: 1px solid var(--line);
  border-radius: 8px; height: 30px; min-width: 34px; padding: 0 9px; cursor: pointer; }
.living .playing { min-width: 92px; font-weight: 600; }
.living button:hover, .living select:hover { border-color: var(--accent); }
.living button:focus-visible, .living select:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
.living .stage { position: relative; margin-top: 6px; transition: opacity .2s; }
.living.waiting .stage { opacity: .4; pointer-events: none; }
.living svg { display: block; width: 100%; overflow: visible; touch-action: manipulation; }
.living .flow { position: absolute; inset: 0; height: 100%; pointer-events: none; will-change: transform; }
.living svg text { fill: var(--text); font-size: 12px; font-variant-numeric: tabular-nums; pointer-events: none; }
.living svg .name { font-weight: 600; font-size: 13px; }
.living svg .quiet { fill: var(--quiet); font-size: 11.5px; }
.living svg .centred { text-anchor: middle; }
.living svg .end { text-anchor: end; }
.living .link { fill: none; stroke-linecap: round; transition: opacity .15s; }
.living .choosing .link { opacity: .07 !important; }
.living .choosing .link.lit { opacity: 1 !important; }
.living .tile { cursor: pointer; outline: none; }
.living .tile .box { stroke: var(--line); stroke-width: 1; transition: fill .12s; }
.living .tile .reach { fill: transparent; }
.living .tile .trace { fill: none; stroke-width: 1.3; stroke-linejoin: round; opacity: .8; pointer-events: none; }
.living .tile circle { stroke-width: 1.2; pointer-events: none; }
.living .tile:hover .box { stroke: var(--text); stroke-width: 1.6; }
.living .tile.chosen .box, .living .tile:focus-visible .box { stroke: var(--text); stroke-width: 2.4; }
.living .node circle { stroke-width: 2; }
.living .node text { text-anchor: middle; font-weight: 600; font-size: 11.5px; fill: inherit; }
.living .node .beside { text-anchor: end; font-weight: 400; font-size: 11.5px; fill: var(--quiet); }
.living.narrow .node text { font-size: 10.5px; }
.living .line { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
.living .ahead { opacity: .22; }
.living .loop { fill: none; stroke: var(--mark); stroke-width: 2; }
.living .tip { fill: var(--mark); }
.living .said { stroke-dasharray: 3 4; stroke-width: 1.4; fill: none; }
.living .head-line { stroke: var(--mark); stroke-dasharray: 2 3; }
.living .map-frame { fill: none; stroke: var(--line); }
.living image { image-rendering: pixelated; }
.living .telling { min-height: 1.4em; margin: 6px 0 2px; font-variant-numeric: tabular-nums; }
.living .caption { margin: 0; font-size: 14px; color: var(--quiet); }
.living .hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.living .inside { position: absolute; z-index: 2; width: 196px; padding: 7px 10px 8px; border: 1px solid var(--line); border-radius: 10px;
  background: var(--ground); box-shadow: 0 4px 16px rgb(0 0 0 / .18); font-size: 12px; font-variant-numeric: tabular-nums; }
.living .inside b { display: block; margin-bottom: 3px; font-size: 12.5px; }
.living .inside div { display: grid; grid-template-columns: 16px 1fr 46px; gap: 6px; align-items: center; line-height: 1.5; }
.living .inside i { display: block; position: relative; height: 9px; border-radius: 3px; background: var(--grid); overflow: hidden; }
.living .inside i span { position: absolute; top: 0; bottom: 0; }
.living .inside em { font-style: normal; text-align: right; }
.living.narrow .telling { min-height: 4.2em; }
.living.narrow svg .name { font-size: 12px; }
@media (prefers-reduced-motion: reduce) { .living .tile .box, .living .link, .living .stage { transition: none; } }
`;
