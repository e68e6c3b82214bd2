/** How the page looks: one column on a phone, two from 800 px; the reader's own choice of light or dark. */
export const style = `
:root {
  color-scheme: light dark;
  --paper: #f6f7f9; --card: #fff; --ink: #1c2128; --soft: #59636e; --line: #d8dde3;
  --good: #1a7f37; --bad: #c01f2b; --unsure: #8a6100;
  --mean: #0b6bcb; --p95: #b35900; --p99: #8250df; --area: #0b6bcb33; --bar: #0b6bcbb3; --blind: #8a93a04d; --down: #d1242f; --mark: #57606a;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #0f1318; --card: #181d24; --ink: #e8ebef; --soft: #9aa5b1; --line: #303842;
    --good: #4ac26b; --bad: #ff6b70; --unsure: #e0ac32;
    --mean: #58a6ff; --p95: #f0953f; --p99: #b794f6; --area: #58a6ff33; --bar: #58a6ffb3; --blind: #8a93a059; --down: #ff6b70; --mark: #aab4bf;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, "DejaVu Sans", sans-serif; }
main { max-width: 1180px; margin: 0 auto; padding: 24px 16px 48px; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 4px; overflow-wrap: anywhere; }
h2 { font-size: 1.05rem; margin: 0 0 8px; }
p { margin: 0 0 8px; }
p:last-child { margin: 0; }
.soft { color: var(--soft); font-size: .9rem; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 16px; margin-top: 16px; min-width: 0; }
.tiles { display: grid; gap: 16px; margin-top: 16px; }
.tiles .card { margin: 0; }
.figure { font-size: 2rem; font-weight: 650; line-height: 1.2; font-variant-numeric: tabular-nums; }
.met { color: var(--good); } .missed { color: var(--bad); } .unknown { color: var(--unsure); }
.pill { display: inline-block; border: 1px solid currentColor; border-radius: 99px; padding: 1px 10px; font-size: .85rem; font-weight: 600; }
.bar { height: 10px; border-radius: 5px; background: var(--line); overflow: hidden; margin: 8px 0; }
.bar i { display: block; height: 100%; background: var(--good); }
.bar i.missed { background: var(--bad); }
.scroll { overflow-x: auto; }
.scroll table { border-collapse: collapse; width: 100%; font-size: .9rem; font-variant-numeric: tabular-nums; }
.scroll th, .scroll td { text-align: left; vertical-align: top; padding: 6px 12px 6px 0; border-bottom: 1px solid var(--line); }
.scroll th { color: var(--soft); font-weight: 500; }
.scroll tr:last-child td { border-bottom: 0; }
.at span { white-space: nowrap; }
.free { overflow-wrap: anywhere; }
code { font: .9em ui-monospace, "DejaVu Sans Mono", monospace; }
.chart { min-height: 240px; }
.key { display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 4px 0 0; padding: 0; list-style: none; font-size: .85rem; color: var(--soft); }
.key i { display: inline-block; width: 14px; height: 10px; margin-right: 6px; border-radius: 2px; background: var(--colour); }
.key i.thin { width: 3px; height: 14px; vertical-align: -2px; }
.key i.dashed { height: 0; width: 20px; border-radius: 0; border-top: 2px dashed var(--colour); background: none; vertical-align: 4px; }
.u-legend { font-size: .8rem; color: var(--ink); text-align: left; padding-left: 8px; }
.u-legend .u-value { font-variant-numeric: tabular-nums; min-width: 4.5em; }
.u-legend .u-series:first-child .u-marker { display: none; }
.u-legend .u-series:first-child .u-value { min-width: 13.5em; }
@media (min-width: 800px) {
  main { padding: 32px 24px 64px; }
  .tiles { grid-template-columns: repeat(3, 1fr); }
  .at { white-space: nowrap; }
}
`;
