/** The report's own style sheet: readable in light, dark and print, no resource from anywhere. */
import { CHART_CSS } from './palette';

export const REPORT_CSS = `${CHART_CSS}
:root{color-scheme:light dark;--paper:#fff;--ink:#1c1e21;--faint:#57606a;--rule:#d5dae0;--raised:#f5f7f9;--accent:#00639c}
@media (prefers-color-scheme:dark){:root{--paper:#16181c;--ink:#e8eaed;--faint:#a3abb5;--rule:#3a4048;--raised:#1f2329;--accent:#56b4e9}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
main{max-width:1080px;margin:0 auto;padding:24px 20px 64px}
h1{font-size:26px;line-height:1.2;margin:8px 0 2px}
h2{font-size:19px;margin:40px 0 8px;padding-bottom:4px;border-bottom:1px solid var(--rule)}
h3{font-size:15px;margin:16px 0 4px}
p{margin:6px 0}
.faint,figcaption{color:var(--faint);font-size:13px}
.verdict{margin:16px 0;padding:14px 18px;background:var(--raised);border-left:4px solid var(--accent);border-radius:4px}
.verdict strong{font-size:17px;display:block;margin-bottom:4px}
.scroll{overflow-x:auto}
.scroll:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
table{border-collapse:collapse;font-size:13.5px;font-variant-numeric:tabular-nums;min-width:50%}
th,td{padding:5px 14px 5px 0;text-align:left;border-bottom:1px solid var(--rule);vertical-align:top}
th{color:var(--faint);font-weight:600;white-space:nowrap}
td.n,th.n{text-align:right;white-space:nowrap}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(480px,100%),1fr));gap:28px 24px}
.figures figure:first-child{grid-column:1/-1}
figure{margin:0}
figure h3{margin:0 0 4px}
figure svg{display:block;width:100%;height:auto;border:1px solid var(--rule);border-radius:4px}
details{border:1px solid var(--rule);border-radius:4px;margin:8px 0;padding:0 12px}
summary{cursor:pointer;padding:8px 0;font-weight:600}
summary:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
details[open]{padding-bottom:12px}
code,pre{font:12.5px/1.45 ui-monospace,Consolas,monospace;overflow-wrap:anywhere}
pre{background:var(--raised);padding:10px;border-radius:4px;white-space:pre-wrap;margin:8px 0}
.swatch{display:inline-block;width:14px;height:14px;vertical-align:-2px;margin-right:6px}
@media print{details{break-inside:avoid}figure{break-inside:avoid}main{max-width:none;padding:0}}`;
