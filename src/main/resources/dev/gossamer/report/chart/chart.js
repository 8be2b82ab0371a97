// Charts of lines on uPlot, as they are described in the data, with a legend, a label at the pointer, crosses where runs diverged, and intervals.

const data = JSON.parse(document.getElementById("data").textContent);
const number = value => value === null || value === undefined ? NaN : Number(value);
const dark = matchMedia("(prefers-color-scheme: dark)");
const looks = data.looks;

function element(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    node.setAttribute(key, value);
  }
  node.append(...children);
  return node;
}

function css(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function color(style) {
  const colors = dark.matches ? looks.darkColors : looks.colors;
  return colors[style % colors.length];
}

function dash(style) {
  const round = Math.floor(style / looks.colors.length);
  return round === 0 ? undefined : looks.dashes[(round - 1) % looks.dashes.length];
}

const exponential = value => value.toExponential(3).replace(/\.?0+e/, "e");

/** A number to read: up to five digits that count. */
function short(value) {
  if (!Number.isFinite(value)) {
    return String(value);
  }
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-4 || size >= 1e7) ? exponential(value) : String(Number(value.toPrecision(5)));
}

/** A number that fits beside an axis. */
function tick(value) {
  return Math.abs(value) >= 1e5 ? exponential(value) : short(value);
}

const MOST_DECADES = 7;

/** Round numbers of a logarithmic axis; of many decades, every second, third and so on. */
function logSplits(min, max) {
  const decades = Math.log10(max) - Math.log10(min);
  if (decades > MOST_DECADES) {
    const step = Math.ceil(decades / MOST_DECADES);
    const found = [];
    for (let e = Math.ceil(Math.log10(min) / step) * step; e <= Math.log10(max); e += step) {
      found.push(Number(`1e${e}`));
    }
    return found;
  }
  const splits = digits => {
    const found = [];
    for (let e = Math.floor(Math.log10(min)); e <= Math.log10(max); e++) {
      digits.forEach(d => found.push(Number(`${d}e${e}`)));
    }
    return found.filter(v => v >= min && v <= max);
  };
  for (const digits of [[1], [1, 3], [1, 2, 5], [1, 2, 3, 4, 5, 6, 7, 8, 9]]) {
    if (splits(digits).length >= 3) {
      return splits(digits);
    }
  }
  const step = 10 ** Math.floor(Math.log10((max - min) / 2));
  const linear = [];
  for (let v = Math.ceil(min / step) * step; v <= max; v += step) {
    linear.push(Number(v.toPrecision(12)));
  }
  return linear;
}

/** For uPlot, which leaves an axis out where none of its own steps is large enough. */
function anyStep(u, axis, min, max) {
  return [max];
}

/** Labels of an axis, but for those that would touch the one before. */
function sparse(u, scale, splits, labels) {
  let last = null;
  return splits.map((split, i) => {
    const half = scale === "y" ? 8 : labels[i].length * 3.6 + 3;
    const at = u.valToPos(split, scale);
    if (last && Math.abs(at - last.at) < half + last.half) {
      return "";
    }
    last = { at, half };
    return labels[i];
  });
}

function axes(plot) {
  const common = { stroke: css("--faint"), grid: { stroke: css("--line"), width: 1 }, ticks: { stroke: css("--line"), width: 1 } };
  const x = { ...common, label: plot.x.title, labelSize: 22, size: 34 };
  if (plot.x.logarithmic && plot.x.ticks) {
    x.splits = () => plot.x.ticks.map(tick => tick.value);
    x.values = (u, splits) => sparse(u, "x", splits, plot.x.ticks.map(tick => tick.label));
    x.filter = (u, splits) => splits;
  } else if (plot.x.logarithmic) {
    x.incrs = anyStep;
    x.splits = (u, axis, min, max) => logSplits(min, max);
    x.values = (u, splits) => sparse(u, "x", splits, splits.map(short));
    x.filter = (u, splits) => splits;
  }
  const y = { ...common, size: 58, values: (u, splits) => sparse(u, "y", splits, splits.map(tick)) };
  if (plot.y.logarithmic) {
    y.incrs = anyStep;
    y.splits = (u, axis, min, max) => logSplits(min, max);
    y.filter = (u, splits) => splits;
  }
  return [x, y];
}

function logRange(u, min, max) {
  return min > 0 && max > 0 ? [min / 1.15, max * 1.15] : [0.1, 10];
}

function scales(plot) {
  const x = { time: false, distr: plot.x.logarithmic ? 3 : 1 };
  const y = { distr: plot.y.logarithmic ? 3 : 1 };
  if (plot.x.range) {
    x.range = plot.x.range;
  } else if (plot.x.logarithmic) {
    x.range = logRange;
  } else {
    x.range = (u, min, max) => [min - 0.06 * (max - min || 1), max + 0.06 * (max - min || 1)];
  }
  if (plot.y.range) {
    y.range = plot.y.range;
  } else if (plot.y.logarithmic) {
    y.range = logRange;
  }
  return { x, y };
}

/** All lines over the same x, as uPlot wants them: mean, upper and lower end of each. */
function aligned(plot) {
  const xs = [...new Set(plot.lines.flatMap(line => line.x))].sort((a, b) => a - b);
  const place = new Map(xs.map((x, i) => [x, i]));
  const columns = [xs.length ? xs : [1]];
  for (const line of plot.lines) {
    for (const values of [line.y, line.high, line.low]) {
      const column = new Array(columns[0].length).fill(null);
      line.x.forEach((x, i) => { column[place.get(x)] = Number.isFinite(values[i]) ? values[i] : null; });
      columns.push(column);
    }
  }
  return columns;
}

function series(plot, visible) {
  const list = [{}];
  const named = plot.marks === "NAMED";
  const bands = [];
  const strength = Math.round((dark.matches ? 1.6 : 1) * Math.max(18, 100 / Math.max(1, visible.size))).toString(16).padStart(2, "0");
  plot.lines.forEach((line, k) => {
    const paint = color(line.style);
    const show = visible.has(line.name);
    list.push({
      label: line.name, show, stroke: paint, width: looks.lineWidth, dash: dash(line.style), spanGaps: true,
      points: { show: plot.marks !== "NONE" && line.x.length <= looks.mostMarkers, size: named ? looks.page.namedMarker : looks.page.marker, fill: paint },
    });
    list.push({ show, stroke: "transparent", width: 0, spanGaps: true, points: { show: false } });
    list.push({ show, stroke: "transparent", width: 0, spanGaps: true, points: { show: false } });
    bands.push({ series: [3 * k + 2, 3 * k + 3], fill: paint + strength });
  });
  return { list, bands };
}

function drawMarks(u, plot, visible) {
  const ctx = u.ctx;
  const unit = devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(u.bbox.left, u.bbox.top, u.bbox.width, u.bbox.height);
  ctx.clip();
  for (const line of plot.lines.filter(l => visible.has(l.name))) {
    ctx.strokeStyle = color(line.style);
    ctx.lineWidth = looks.lineWidth * unit;
    ctx.beginPath();
    for (const cross of line.crosses) {
      const x = u.valToPos(cross.at, "x", true);
      const y = u.valToPos(cross.y, "y", true);
      const r = looks.page.cross / 2 * unit;
      ctx.moveTo(x - r, y - r); ctx.lineTo(x + r, y + r);
      ctx.moveTo(x - r, y + r); ctx.lineTo(x + r, y - r);
    }
    ctx.stroke();
    ctx.lineWidth = unit;
    ctx.beginPath();
    if (line.x.length === 1) {
      line.x.forEach((v, i) => {
        if (Number.isFinite(line.low[i])) {
          const x = u.valToPos(v, "x", true);
          ctx.moveTo(x, u.valToPos(line.low[i], "y", true));
          ctx.lineTo(x, u.valToPos(line.high[i], "y", true));
        }
      });
    }
    ctx.stroke();
  }
  ctx.restore();
}

/** Names beside the points of a scatter plot, each where nothing else is, or nowhere. */
function drawNames(u, plot, visible) {
  const ctx = u.ctx;
  const unit = devicePixelRatio;
  const lines = plot.lines.filter(l => visible.has(l.name) && l.x.length);
  const at = lines.map(l => [u.valToPos(l.x[0], "x", true), u.valToPos(l.y[0], "y", true)]);
  const taken = at.map(([x, y]) => [x - 7 * unit, y - 7 * unit, x + 7 * unit, y + 7 * unit]);
  const box = u.bbox;
  ctx.save();
  ctx.font = `${looks.page.nameSize * unit}px ${looks.page.font}`;
  ctx.fillStyle = css("--text");
  ctx.textBaseline = "middle";
  ctx.textAlign = "left";
  lines.forEach((line, i) => {
    const width = ctx.measureText(line.name).width;
    const [x, y] = at[i];
    const h = 7 * unit;
    const places = [[x + 10 * unit, y], [x - 10 * unit - width, y], [x - width / 2, y - 17 * unit], [x - width / 2, y + 17 * unit],
      [x + 9 * unit, y - 13 * unit], [x + 9 * unit, y + 13 * unit], [x - 9 * unit - width, y - 13 * unit], [x - 9 * unit - width, y + 13 * unit]];
    const free = places.find(([l, m]) => l >= box.left && l + width <= box.left + box.width && m - h >= box.top && m + h <= box.top + box.height
      && taken.every(t => l + width < t[0] || l > t[2] || m + h < t[1] || m - h > t[3]));
    if (free) {
      taken.push([free[0], free[1] - h, free[0] + width, free[1] + h]);
      ctx.fillText(line.name, free[0], free[1]);
    }
  });
  ctx.restore();
}

/** The point of a visible line that is nearest to the pointer, within reach. */
function nearest(u, plot, visible) {
  const { left, top } = u.cursor;
  let best = null;
  let distance = 40 ** 2;
  plot.lines.forEach((line, k) => {
    if (left < 0 || !visible.has(line.name)) {
      return;
    }
    const consider = (x, y, text) => {
      const px = u.valToPos(x, "x");
      const py = u.valToPos(y, "y");
      const d = (px - left) ** 2 + (py - top) ** 2;
      if (d < distance) {
        distance = d;
        best = { k, px, py, text };
      }
    };
    line.x.forEach((x, i) => Number.isFinite(line.y[i]) && consider(x, line.y[i], pointText(plot, line, i)));
    line.crosses.forEach(c => consider(c.at, c.y, `${line.name}\n${plot.x.quantity} ${short(c.x)}: diverged`));
  });
  return best;
}

function pointText(plot, line, i) {
  const half = line.half[i];
  const interval = Number.isFinite(half) ? ` ± ${short(half)} (${line.counts[i]} seeds)` : "";
  return `${line.name}\n${plot.x.quantity} ${short(line.x[i])}: ${short(line.y[i])}${interval}`
    + (line.note ? `\n${line.note}` : "");
}

function hover(u, plot, visible, tip, dot) {
  const found = nearest(u, plot, visible);
  tip.hidden = dot.hidden = !found;
  u.setSeries(found ? 3 * found.k + 1 : null, { focus: true });
  if (found) {
    tip.textContent = found.text;
    dot.style.left = `${found.px}px`;
    dot.style.top = `${found.py}px`;
    const width = u.over.clientWidth;
    tip.style.left = tip.style.right = "";
    tip.style[found.px > width / 2 ? "right" : "left"] = `${(found.px > width / 2 ? width - found.px : found.px) + 14}px`;
    tip.style.top = `${Math.max(0, found.py - 20)}px`;
  }
}

function swatch(style) {
  const ns = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(ns, "svg");
  svg.setAttribute("width", 22);
  svg.setAttribute("height", 8);
  const line = document.createElementNS(ns, "line");
  Object.entries({ x1: 0, x2: 22, y1: 4, y2: 4, stroke: color(style), "stroke-width": 3, "stroke-dasharray": (dash(style) || []).join(" ") })
    .forEach(([key, value]) => line.setAttribute(key, value));
  svg.append(line);
  return svg;
}

/** A chart with arrays of numbers in place of references to them, and the ends of intervals. */
function unpacked(plot) {
  const lines = plot.lines.map(line => {
    const y = line.y.map(number);
    const none = y.map(() => NaN);
    const half = line.half ? line.half.map(number) : none;
    const low = line.low ? line.low.map(number) : none;
    return { ...line, x: data.xs[line.x].map(number), y, half, low, high: y.map((v, i) => v + half[i]), counts: line.counts || [] };
  });
  return { ...plot, lines };
}

/** A chart in a place of the page; it is drawn when it comes into view, and anew where the page changes. */
class LineChart {
  static all = new Set();

  constructor(place, description, visible) {
    const plot = unpacked(description);
    LineChart.all.add(this);
    this.place = place;
    this.plot = plot;
    this.visible = visible || new Set(plot.lines.filter(line => line.shown).map(line => line.name));
    this.width = 0;
    this.observer = new IntersectionObserver(entries => entries.some(e => e.isIntersecting) && this.draw(), { rootMargin: "300px" });
    this.observer.observe(place);
    place.style.minHeight = "420px";
  }

  draw() {
    if (!this.plot.lines.length) {
      this.place.style.minHeight = "";
      this.place.replaceChildren(element("p", { class: "note" }, [this.plot.empty, ...this.plot.notes].join("; ")));
      return;
    }
    if (this.chart && this.width === this.place.clientWidth && this.dark === dark.matches) {
      return;
    }
    this.destroyChart();
    this.dark = dark.matches;
    this.width = this.place.clientWidth;
    const holder = element("div", { class: "plot" });
    this.place.replaceChildren(element("p", { class: "axis" }, `↑ ${this.plot.y.title}`), holder, this.legend(), element("p", { class: "note" }, this.plot.notes.join("; ")));
    this.chart = this.create(holder);
    this.place.style.minHeight = "";
  }

  create(holder) {
    const { plot, visible } = this;
    const { list, bands } = series(plot, visible);
    const tip = element("div", { class: "tip", hidden: "" });
    const dot = element("div", { class: "dot", hidden: "" });
    const chart = new uPlot({
      width: this.width, height: Math.round(Math.min(430, Math.max(300, this.width * 0.5))),
      scales: scales(plot), axes: axes(plot), series: list, bands, legend: { show: false },
      focus: { alpha: 0.25 },
      cursor: { x: false, y: false, points: { show: false }, drag: { x: plot.marks !== "NAMED" && !plot.x.logarithmic, y: false } },
      hooks: {
        draw: [u => { drawMarks(u, plot, visible); if (plot.marks === "NAMED") { drawNames(u, plot, visible); } }],
        setCursor: [u => hover(u, plot, visible, tip, dot)],
      },
    }, aligned(plot), holder);
    chart.over.append(dot, tip);
    chart.over.addEventListener("pointermove", e => e.pointerType === "touch" && chart.setCursor({ left: e.offsetX, top: e.offsetY }));
    return chart;
  }

  legend() {
    const legend = element("div", { class: "legend", role: "group", "aria-label": "Lines" });
    const buttons = this.plot.lines.map((line, k) => {
      const button = element("button", { type: "button", "aria-pressed": this.visible.has(line.name) }, swatch(line.style), line.name);
      button.addEventListener("click", () => this.show(k, !this.visible.has(line.name), button));
      button.addEventListener("mouseenter", () => this.visible.has(line.name) && this.chart.setSeries(3 * k + 1, { focus: true }));
      button.addEventListener("mouseleave", () => this.chart.setSeries(null, { focus: true }));
      return button;
    });
    if (buttons.length > 2) {
      for (const [word, on] of [["all", () => true], ["none", () => false], ["best", line => line.shown]]) {
        if (word !== "best" || this.plot.lines.some(line => !line.shown)) {
          const all = element("button", { type: "button", class: "all" }, word);
          all.addEventListener("click", () => this.chart.batch(() => buttons.forEach((b, k) => this.show(k, on(this.plot.lines[k]), b))));
          legend.append(all);
        }
      }
    }
    const shownFirst = buttons.map((button, k) => [button, this.plot.lines[k]]).sort((a, b) => b[1].shown - a[1].shown);
    legend.append(...shownFirst.map(([button]) => button));
    return legend;
  }

  show(k, on, button) {
    const name = this.plot.lines[k].name;
    if (on) {
      this.visible.add(name);
    } else {
      this.visible.delete(name);
    }
    button.setAttribute("aria-pressed", on);
    [1, 2, 3].forEach(i => this.chart.setSeries(3 * k + i, { show: on }));
  }

  destroyChart() {
    if (this.chart) {
      this.chart.destroy();
      this.chart = null;
    }
  }

  close() {
    LineChart.all.delete(this);
    this.observer.disconnect();
    this.destroyChart();
  }
}
