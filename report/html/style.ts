/** How the report looks: light or dark as the reader's system says, and always light on paper. */

const LIGHT =
  '--paper:#fff;--card:#f6f8fa;--ink:#1b1f24;--soft:#545d68;--line:#cfd6de;--warn:#8a4600;--link:#0b57a4;--c1:#0b5cad;--c2:#b35900;--c3:#1a7f37;--c4:#7a3fc8;--c5:#57606a';
const DARK =
  '--paper:#11151a;--card:#1a2027;--ink:#e6edf3;--soft:#a3adb8;--line:#3a434d;--warn:#ffb45e;--link:#7cbdff;--c1:#6cb6ff;--c2:#f0a050;--c3:#5fd07a;--c4:#c297ff;--c5:#a3adb8';

/** The colours of either scheme. */
export const COLOURS = `:root{color-scheme:light dark;${LIGHT}}
@media screen and (prefers-color-scheme:dark){:root{${DARK}}}`;

export const STYLE = `
${COLOURS}
*{box-sizing:border-box}
body{margin:0 auto;padding:1.5rem;max-width:72rem;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
h1{font-size:1.6rem;margin:0 0 .25rem;overflow-wrap:anywhere}
h2{font-size:1.25rem;margin:2.5rem 0 .5rem;border-bottom:1px solid var(--line)}
h3{font-size:1rem;margin:1.5rem 0 .25rem}
p{margin:.5rem 0;overflow-wrap:anywhere}
a{color:var(--link)}
nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1rem;list-style:none;padding:0;margin:1rem 0}
.note{color:var(--soft)}
.warn{color:var(--warn);font-weight:600}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(12rem,1fr));gap:.75rem;margin:1rem 0}
.cards>div{background:var(--card);border:1px solid var(--line);border-radius:6px;padding:.75rem}
.cards dt{color:var(--soft);font-size:.85rem}
.cards dd{margin:0;font-size:1.3rem;font-weight:600;overflow-wrap:anywhere}
.cards dd+dd{font-size:.85rem;font-weight:400}
figure{margin:1rem 0}
figcaption{font-weight:600;margin-bottom:.25rem}
.chart{max-width:100%;height:auto;display:block}
.row{display:grid;grid-template-columns:repeat(auto-fit,minmax(19rem,1fr));gap:0 1.5rem}
details{margin:.5rem 0}
summary{cursor:pointer;color:var(--link)}
.scroll{overflow-x:auto;margin:.5rem 0}
table{border-collapse:collapse;font-size:.87rem}
caption{text-align:left;color:var(--soft);padding:.25rem 0}
th,td{padding:.2rem .6rem;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
th{font-weight:600}
.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
:focus-visible{outline:3px solid var(--c2);outline-offset:2px}
.patterns{position:absolute;width:0;height:0}
@media print{
:root{color-scheme:light;font-size:9.5px}
body{max-width:none;padding:0;font-size:1.1rem}
nav{display:none}
h2{margin-top:2rem}
h2,h3,figcaption,caption,summary{break-after:avoid}
figure,tr,.cards>div{break-inside:avoid}
thead{display:table-header-group}
details::details-content{content-visibility:visible;block-size:auto;overflow:visible}
summary{list-style:none;color:inherit;font-weight:600}
summary::-webkit-details-marker{display:none}
.scroll{overflow:visible}
.chart{max-height:22cm}
th,td{padding:.15rem .5rem}
td:last-child{overflow-wrap:anywhere}
}
`;

/** Fillings that differ without colour too: stripes, dots, lines, a grid. */
export const PATTERNS = `<svg class="patterns" aria-hidden="true" focusable="false"><defs>
<pattern id="p2" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" fill="var(--c2)" fill-opacity=".25"/><rect width="3" height="6" fill="var(--c2)"/></pattern>
<pattern id="p3" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6" fill="var(--c3)" fill-opacity=".25"/><circle cx="3" cy="3" r="1.8" fill="var(--c3)"/></pattern>
<pattern id="p4" width="4" height="4" patternUnits="userSpaceOnUse"><rect width="4" height="4" fill="var(--c4)" fill-opacity=".25"/><rect width="4" height="2" fill="var(--c4)"/></pattern>
<pattern id="p5" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6" fill="var(--c5)" fill-opacity=".25"/><path d="M0,0H6M0,0V6" stroke="var(--c5)" stroke-width="2"/></pattern>
</defs></svg>`;
