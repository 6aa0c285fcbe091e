// Draws how a reader stood over time, out of what the page says in data-points; the table beside it says the same.
"use strict";

const box = document.getElementById("plots");
const SECOND = 1000;
const DAY = 24 * 3600;
const isWeek = box.dataset.range === "week";

// A colour as it is now, light or dark: the canvas knows no custom properties.
const colour = (name) => {
  const probe = document.createElement("span");
  probe.className = `ink ${name}`;
  box.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
};

const words = (options) => {
  const form = new Intl.DateTimeFormat(document.documentElement.lang, { timeZone: box.dataset.timezone, ...options });
  return (seconds) => form.format(new Date(seconds * SECOND));
};
const hours = words({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const days = words({ month: "numeric", day: "numeric" });
const whole = words({
  month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23",
});
const number = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });
const told = (_, value) => (value === null || value === undefined ? "―" : number.format(value));

const together = uPlot.sync("plots");

const options = (place, theme) => ({
  width: place.clientWidth,
  height: 150,
  tzDate: (seconds) => uPlot.tzDate(new Date(seconds * SECOND), box.dataset.timezone),
  cursor: { sync: { key: together.key }, drag: { x: false, y: false } },
  scales: { y: { range: (_, least, most) => [0, Math.max(1, (most ?? 0) * 1.1)] } },
  axes: [
    {
      stroke: theme.muted,
      grid: { stroke: theme.line, width: 1 },
      ticks: { stroke: theme.line, width: 1 },
      values: (_, times) => times.map((at) => (isWeek ? days(at) : hours(at))),
      space: 60,
      ...(isWeek ? { incrs: [DAY, 2 * DAY, 7 * DAY] } : {}),
    },
    {
      stroke: theme.muted,
      grid: { stroke: theme.line, width: 1 },
      ticks: { stroke: theme.line, width: 1 },
      values: (_, values) => values.map((value) => number.format(value)),
      size: 64,
    },
  ],
  series: [
    { label: place.dataset.time, value: (_, at) => (at ? whole(at) : "―") },
    { label: place.dataset.firstWords, stroke: theme.first, width: 2, points: { show: false }, value: told },
    { label: place.dataset.secondWords, stroke: theme.second, width: 1.5, dash: [5, 3], points: { show: false }, value: told },
  ],
});

let drawn = [];

const points = () => JSON.parse(document.getElementById("past").dataset.points);
const columns = (place, all) => [all.at, all[place.dataset.first], all[place.dataset.second]];

const draw = () => {
  drawn.forEach(({ plot }) => plot.destroy());
  const all = points();
  const theme = { muted: colour("faint"), line: colour("rule"), first: colour("first"), second: colour("second") };
  drawn = [...box.querySelectorAll("[data-plot]")].map((place) => ({
    place,
    plot: new uPlot(options(place, theme), columns(place, all), place),
  }));
};

box.hidden = false;
draw();

// What is sent while the page is open takes the place of the element that carries it, or only changes its attribute.
let known = document.getElementById("past").dataset.points;
new MutationObserver(() => {
  const past = document.getElementById("past");
  if (!past || past.dataset.points === known) return;
  known = past.dataset.points;
  const all = points();
  drawn.forEach(({ place, plot }) => plot.setData(columns(place, all)));
}).observe(box.parentElement, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-points"] });

new ResizeObserver(() => {
  drawn.forEach(({ place, plot }) => plot.setSize({ width: place.clientWidth, height: 150 }));
}).observe(box);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
