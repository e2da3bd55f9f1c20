/** How the report looks: on a wide screen, on a narrow one, and on paper. */
import { COLOURS } from './palette.ts';

export const STYLE = `
${COLOURS}
*{box-sizing:border-box}
body{margin:0 auto;padding:1.5rem;max-width:72rem;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
h1{font-size:1.6rem;line-height:1.2;margin:0 0 .25rem;overflow-wrap:anywhere}
h2{font-size:1.25rem;margin:2.5rem 0 .75rem;border-bottom:1px solid var(--line)}
h3{font-size:1rem;margin:1.75rem 0 .25rem}
p{margin:.5rem 0;overflow-wrap:anywhere;max-width:52rem}
a{color:var(--link)}
nav ul,.key{display:flex;flex-wrap:wrap;gap:.25rem 1rem;list-style:none;padding:0;margin:.75rem 0}
.key{font-size:.85rem;gap:.1rem 1rem;margin:.25rem 0}
.key li{white-space:nowrap}
.swatch{vertical-align:-1px;margin-right:.15rem}
.legend{border:1px solid var(--line);border-radius:6px;padding:.25rem .75rem;margin:1rem 0}
.legend p{margin:.25rem 0;font-size:.85rem}
.note{color:var(--soft)}
.warn{color:var(--warn);font-weight:600}
.good{color:var(--good)}
.bad{color:var(--bad)}
.verdicts{list-style:none;padding:0;margin:0 0 1.25rem;border:1px solid var(--line);border-radius:6px;overflow:hidden}
.verdicts li{display:grid;grid-template-columns:1.5rem minmax(0,1fr);gap:.25rem .5rem;padding:.6rem .9rem;background:var(--card)}
.verdicts li+li{border-top:1px solid var(--line)}
.verdicts b{font-size:1.1rem}
.verdicts .mark{font-size:1.25rem;line-height:1.3;font-weight:700}
.verdicts p{margin:.1rem 0 0;grid-column:2;max-width:none}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(11rem,1fr));gap:.75rem;margin:1rem 0}
.cards>div{background:var(--card);border:1px solid var(--line);border-radius:6px;padding:.6rem .75rem}
.cards dt{color:var(--soft);font-size:.85rem}
.cards dd{margin:0;font-size:1.3rem;font-weight:600;overflow-wrap:anywhere}
.cards dd+dd{font-size:.85rem;font-weight:400}
figure{margin:.75rem 0;max-width:36rem}
figcaption{font-weight:600;margin-bottom:.25rem}
.chart{width:100%;height:auto;display:block}
.row{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,19rem),1fr));gap:0 2rem;align-items:start}
.row>*{min-width:0}
.maps{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,19rem),1fr));gap:0 2rem}
data,.u{white-space:nowrap}
details{margin:.5rem 0}
summary{cursor:pointer;color:var(--link)}
.scroll{margin:.5rem 0;overflow-x:auto;background:linear-gradient(90deg,var(--paper) 60%,transparent) 0/2.5rem 100% local no-repeat,linear-gradient(270deg,var(--paper) 60%,transparent) 100%/2.5rem 100% local no-repeat,linear-gradient(90deg,color-mix(in srgb,var(--ink) 30%,transparent),transparent) 0 0/.5rem calc(100% - 2px) scroll no-repeat,linear-gradient(270deg,color-mix(in srgb,var(--ink) 30%,transparent),transparent) 100% 0/.5rem calc(100% - 2px) scroll no-repeat}
.hint{display:none;color:var(--soft);font-size:.85rem;margin:.75rem 0 -.5rem}
table{border-collapse:collapse;font-size:.87rem}
caption{text-align:left;color:var(--soft);padding:.25rem 0}
th,td{padding:.2rem .6rem;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
th{font-weight:600}
th:first-child{padding-left:.25rem}
.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.sources dt{font-weight:600;margin-top:.6rem;overflow-wrap:anywhere}
.sources dd{margin:0;font-size:.87rem;max-width:52rem;overflow-wrap:anywhere}
.confusion td{text-align:right;font-variant-numeric:tabular-nums;min-width:2rem;border:1px solid var(--line)}
.confusion td.right{background:color-mix(in srgb,var(--good) var(--tint),var(--paper));outline:2px solid var(--good);outline-offset:-2px}
.confusion td.wrong{background:color-mix(in srgb,var(--bad) var(--tint),var(--paper));font-weight:700}
.confusion td.none{color:var(--soft)}
.confusion td{print-color-adjust:exact;-webkit-print-color-adjust:exact}
.heat td{background:color-mix(in srgb,var(--data) var(--tint,0%),var(--paper));border:1px solid var(--line);print-color-adjust:exact;-webkit-print-color-adjust:exact}
.heat td.none{color:var(--soft);white-space:nowrap}
.range{display:flex;gap:.4rem;align-items:center;white-space:nowrap}
.range b{font-weight:600;font-variant-numeric:tabular-nums}
.ends{display:block;color:var(--soft);font-size:.85em;white-space:nowrap}
.plain{padding-left:1.2rem;margin:.5rem 0}
.parallel figure{max-width:none}
.parallel text{font:12px system-ui,sans-serif;fill:var(--ink)}
.parallel .soft{fill:var(--soft);font-size:11px}
.parallel .halo{paint-order:stroke;stroke:var(--paper);stroke-width:3px}
.parallel .axis path{stroke:var(--soft);fill:none}
.group th{padding-top:.7rem;color:var(--soft)}
.two{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr));gap:0 2rem;align-items:start}
.two>*{min-width:0}
code{font-size:.92em;overflow-wrap:anywhere}
.samples{display:flex;flex-wrap:wrap;gap:1rem;list-style:none;padding:0;margin:.75rem 0}
.samples li{width:7.5rem;font-size:.85rem;line-height:1.35;overflow-wrap:anywhere}
.samples img{display:block;width:7rem;height:7rem;object-fit:contain;image-rendering:pixelated;background:var(--card);border:1px solid var(--line);margin-bottom:.25rem}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.patterns{position:absolute;width:0;height:0}
@media screen and (min-width:60rem){
.beside{grid-template-columns:4fr 5fr}
}
@media screen and (max-width:44rem){
body{padding:1rem}
h2{margin-top:2rem}
.hint{display:block}
.wide th[scope=row],.wide thead th:first-child{position:sticky;left:0;background:var(--paper)}
.wide td:not(.n){min-width:9rem}
.confusion td,.wide .confusion td{min-width:1.75rem}
.confusion td,.confusion th{padding:.25rem .3rem}
th,td{padding:.25rem .45rem}
.cards{grid-template-columns:repeat(2,minmax(0,1fr));gap:.5rem}
.key li{white-space:normal}
summary{padding:.3rem 0}
}
@page{margin:14mm}
@media print{
:root{color-scheme:light;font-size:9.5px}
body{max-width:none;padding:0;font-size:1.1rem}
nav{display:none}
h2{margin-top:1.5rem}
h2,h3,figcaption,caption,summary,.hint{break-after:avoid}
figure,tr,.cards>div,.cards,.verdicts,.legend,.short,.samples li,.sources>div{break-inside:avoid}
.row,.maps{gap:0 1.5rem}
.beside{grid-template-columns:5fr 6fr}
.maps{grid-template-columns:repeat(3,1fr)}
section{break-inside:avoid}
thead{display:table-header-group}
details::details-content{content-visibility:visible;block-size:auto;overflow:visible}
summary{list-style:none;color:inherit;font-weight:600}
summary::-webkit-details-marker{display:none}
.scroll{overflow:visible;background:none}
.chart{max-height:22cm}
.swatch,.verdicts li,.cards>div{print-color-adjust:exact;-webkit-print-color-adjust:exact}
th,td{padding:.15rem .5rem}
td:last-child{overflow-wrap:anywhere}
.parallel{min-width:0!important}
.two{grid-template-columns:1fr 1fr}
.slim{columns:3;column-gap:2rem}
}
`;

const pattern = (id: number, size: number, marks: string, turn = ''): string =>
  `<pattern id="p${id}" width="${size}" height="${size}" patternUnits="userSpaceOnUse"${turn}><rect width="${size}" height="${size}" fill="var(--paper)"/><rect width="${size}" height="${size}" fill="var(--c${id})" fill-opacity=".25"/>${marks}</pattern>`;

/** Fillings that differ without colour too: stripes, dots, lines, a grid, stripes the other way. */
export const PATTERNS = `<svg class="patterns" aria-hidden="true" focusable="false"><defs>
${pattern(2, 6, '<rect width="3" height="6" fill="var(--c2)"/>', ' patternTransform="rotate(45)"')}
${pattern(3, 6, '<circle cx="3" cy="3" r="1.8" fill="var(--c3)"/>')}
${pattern(4, 4, '<rect width="4" height="2" fill="var(--c4)"/>')}
${pattern(5, 6, '<path d="M0,0H6M0,0V6" stroke="var(--c5)" stroke-width="2"/>')}
${pattern(6, 6, '<rect width="2" height="6" fill="var(--c6)"/>', ' patternTransform="rotate(-45)"')}
</defs></svg>`;
