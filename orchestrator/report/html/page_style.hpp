// The style sheet of a report: colours for light and dark pages, one column on a telephone and two
// on a desk, and on paper.
#pragma once

#include <string_view>

namespace winnow::run {

inline constexpr std::string_view page_style = R"css(
:root { color-scheme: light dark; --paper: #ffffff; --ink: #1c2126; --quiet: #5d6873;
  --line: #dfe4e9; --panel: #f6f8fa; --point: #8b98a5; --chosen: #0a5cb8; --baseline: #b4540a;
  --good: #176f37; --open: #8a5a00; }
@media (prefers-color-scheme: dark) { :root { --paper: #14181c; --ink: #e4e8ec; --quiet: #9aa6b2;
  --line: #303840; --panel: #1b2127; --point: #7d8a97; --chosen: #6db3ff; --baseline: #f2a561;
  --good: #63c987; --open: #e3b341; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1rem 3rem; max-width: 72rem; background: var(--paper);
  color: var(--ink); font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; margin: 0 0 .25rem; } h2 { font-size: 1.15rem; margin: 2.2rem 0 .6rem; }
p { margin: .4rem 0; max-width: 46rem; } .quiet { color: var(--quiet); }
ul { margin: .4rem 0; padding-left: 1.2rem; max-width: 46rem; }
.verdict { display: inline-block; padding: .1rem .7rem; border-radius: 1rem; font-weight: 600;
  border: 1.5px solid var(--open); color: var(--open); }
.verdict.improved { border-color: var(--good); color: var(--good); }
.plots { display: grid; gap: 1rem; margin-top: 1.2rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 27rem), 1fr)); }
figure { margin: 0; padding: .8rem; background: var(--panel); border: 1px solid var(--line);
  border-radius: .5rem; }
figcaption { font-size: .87rem; color: var(--quiet); margin-top: .4rem; }
figure h3 { font-size: .95rem; margin: 0 0 .4rem; }
svg { display: block; width: 100%; height: auto; font: 12.5px system-ui, sans-serif; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; font-size: .9rem; }
th, td { padding: .3rem .7rem .3rem 0; text-align: left; border-bottom: 1px solid var(--line);
  white-space: nowrap; } .facts td { white-space: normal; }
th { color: var(--quiet); font-weight: 500; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
.grid { stroke: var(--line); } .axis { stroke: var(--quiet); }
.tick { fill: var(--quiet); } .name { fill: var(--ink); } .strong { fill: var(--ink); font-weight: 600; }
.point { fill: var(--point); fill-opacity: .55; } .member { fill: var(--ink); }
.chosen { fill: var(--chosen); } .baseline { fill: var(--baseline); }
.best { fill: none; stroke: var(--chosen); stroke-width: 1.6; }
.interval { stroke: var(--ink); stroke-width: 1.6; }
.searched { fill: none; stroke: var(--quiet); stroke-width: 1.4; }
.spread { fill: var(--chosen); fill-opacity: .14; }
.zero { stroke: var(--baseline); stroke-dasharray: 4 3; }
.bar { fill: var(--chosen); } .faint { fill: var(--point); fill-opacity: .5; }
.tied { stroke: var(--ink); stroke-width: 4; } .leader { stroke: var(--quiet); }
@media print { body { max-width: none; } figure { break-inside: avoid; } }
)css";

}  // namespace winnow::run
