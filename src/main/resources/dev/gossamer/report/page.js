// The page: fills its sections with the data that are embedded in it.

const byId = id => document.getElementById(id);
// Rounded as in the printed table: 76.725, which is a little less in binary, to 76.73.
const hundredths = share => (Math.round(Number((1e4 * share).toPrecision(12))) / 100).toFixed(2);
const percent = share => share === null ? "" : Number.isFinite(Number(share)) ? hundredths(Number(share)) : String(share);
/** As the printed table has it: 1.5 MB. */
function size(bytes) {
  if (bytes === null) {
    return "";
  }
  const units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];
  let value = Number(bytes);
  let unit = 0;
  for (; value >= 1000 && unit + 1 < units.length; unit++) {
    value /= 1000;
  }
  return `${value.toFixed(unit === 0 ? 0 : 1)} ${units[unit]}`;
}

const plain = value => value === null ? "" : short(Number(value));

function column(title, value, text, isNumber) {
  return { title, value, text, number: isNumber };
}

function runColumns() {
  const keys = data.keys.map(key => column(key.replaceAll("-", " "),
    run => /^[-+.\d]/.test(run.configuration[key] || "") ? Number(run.configuration[key]) : run.configuration[key],
    run => run.configuration[key] ?? "", data.runs.every(run => !Number.isNaN(Number(run.configuration[key] ?? "")))));
  const result = (field, title, text) => column(title, run => run[field] === null ? null : Number(run[field]), run => text(run[field]), true);
  return [
    column("run", run => run.name, run => run.name, false),
    ...keys,
    column("status", run => run.status, run => run.status, false),
    result("steps", "steps", plain),
    result("test_accuracy", "test accuracy (%)", percent),
    column("", run => run.best ? 1 : 0, run => run.best ? "★" : "", false),
    result("test_loss", "test loss", plain),
    result("train_accuracy", "train accuracy (%)", percent),
    result("train_loss", "train loss", plain),
    result("consensus_distance", "consensus distance", plain),
    result("images_per_second", "images/s", v => v === null ? "" : Math.round(Number(v)).toString()),
    ...(data.runs.some(run => run.bytes_sent !== null) ? [result("bytes_per_step", "sent/step", size), result("bytes_sent", "sent", size)] : []),
  ];
}

function configuration(run) {
  const list = element("dl");
  for (const [key, value] of Object.entries({ ...data.common, ...run.configuration, path: run.folder })) {
    list.append(element("div", {}, element("dt", {}, key), element("dd", {}, value)));
  }
  return list;
}

function fillRuns() {
  const table = new Table(byId("table"), runColumns(), data.runs, configuration);
  const count = shown => { byId("count").textContent = shown === data.runs.length ? `${shown} ${shown === 1 ? "run" : "runs"}` : `${shown} of ${data.runs.length} runs`; };
  table.onRender = count;
  count(data.runs.length);
  byId("filter").addEventListener("input", e => table.filter(e.target.value));
}

/** A mean and half of its interval, with as many decimals as two digits of the latter have. */
function interval(mean, scale = 1) {
  if (!mean) {
    return "";
  }
  const value = scale * Number(mean.mean);
  const half = mean.half === null ? NaN : scale * Number(mean.half);
  if (!(half > 0)) {
    return short(value) + (mean.half === null ? "" : " ± 0");
  }
  const decimals = Math.max(0, 1 - Math.floor(Math.log10(half)));
  return decimals > 6 ? `${value.toPrecision(4)} ± ${half.toPrecision(2)}` : `${value.toFixed(decimals)} ± ${half.toFixed(decimals)}`;
}

function fillSeeds() {
  if (!data.means.length) {
    return;
  }
  byId("seeds").hidden = byId("to-seeds").hidden = false;
  const mean = (field, title, scale) =>
    column(title, row => row[field] ? Number(row[field].mean) : null, row => interval(row[field], scale), true);
  new Table(byId("means"), [
    column("runs of", row => row.series, row => row.series, false),
    column("learning rate", row => row.learning_rate, row => String(row.learning_rate), true),
    column("finished", row => row.finished, row => String(row.finished), true),
    column("diverged", row => row.diverged, row => String(row.diverged), true),
    mean("test_accuracy", "test accuracy (%)", 100), mean("test_loss", "test loss", 1),
    mean("train_loss", "training loss", 1), mean("consensus_distance", "consensus distance", 1),
  ], data.means);
  byId("paired").textContent = data.pairs.length
    ? `Test accuracy of ${data.reference} minus that of each, in percentage points, each at its most accurate learning rate among those where every seed finished, seed by seed: what a seed `
      + "does to both does not count. * where the 95 % interval does not contain 0; of many such comparisons, one in twenty does so by chance."
    : "There are no two lines with a seed in common.";
  new Table(byId("pairs"), [
    column("runs of", row => row.series, row => row.series, false),
    column("learning rate", row => row.learning_rate, row => String(row.learning_rate), true),
    column("pairs", row => row.pairs, row => String(row.pairs), true),
    column("difference", row => Number(row.difference.mean), row => interval(row.difference, 100) + (row.significant ? " *" : ""), true),
  ], data.pairs);
}

function fillCharts() {
  new LineChart(document.querySelector("#rates .chart"), data.learningRates);
  const place = document.querySelector("#training .chart");
  let chart = null;
  const select = byId("metric");
  data.curves.forEach((curve, i) => select.append(element("option", { value: i }, curve.y.title)));
  const draw = () => {
    const visible = chart && chart.visible;
    chart?.close();
    chart = new LineChart(place, data.curves[Number(select.value)], visible);
    chart.draw();
  };
  select.addEventListener("change", draw);
  if (data.curves.length) {
    chart = new LineChart(place, data.curves[0]);
  }
  new LineChart(document.querySelector("#sent .chart"), data.sent);
  new LineChart(document.querySelector("#consensus .chart"), data.consensus);
}

function rank(value) {
  return Number.isFinite(number(value)) ? number(value).toFixed(3) : "unknown";
}

function fillFits() {
  const place = byId("fits");
  place.append(element("p", { class: "note" }, "Each topology at the learning rate of its lowest mean loss, among those at which no seed diverged. "
    + "Spearman's rank correlation of the loss with either number: -1 where the order of one explains the order of the other. n_eff has a decay γ that is fitted "
    + "to these same losses (log n_eff against log loss); the spectral gap has nothing to fit, so with few topologies the comparison favours n_eff."));
  if (!data.fits.length) {
    place.append(element("p", {}, "No finished topology whose theory is known."));
  }
  for (const fit of data.fits) {
    if (fit.name) {
      place.append(element("h3", {}, fit.name));
    }
    const bound = fit.at_bound ? " (at the end of the search: these losses do not determine it)" : "";
    const text = fit.gamma === null
      ? "γ cannot be fitted: that needs at least 3 topologies of different losses."
      : `Fitted γ = ${short(number(fit.gamma))}${bound}. Rank correlation with n_eff ${rank(fit.rank_neighbors)}, with the spectral gap ${rank(fit.rank_gap)}.`;
    const pair = element("div", { class: "pair" });
    place.append(element("p", { class: "fit" }, text), pair);
    for (const description of fit.charts) {
      const chart = element("div", { class: "chart" });
      pair.append(chart);
      new LineChart(chart, description);
    }
  }
}

function fillDrawings(place, drawings, what) {
  for (const drawing of drawings) {
    const figure = element("figure", {}, element("h3", {}, drawing.name));
    if (drawing.svg) {
      figure.append(element("img", {
        alt: `${what} of ${drawing.name}`, loading: "lazy", src: "data:image/svg+xml," + encodeURIComponent(drawing.svg),
      }));
    }
    figure.append(element("figcaption", { class: "note" }, drawing.caption));
    place.append(figure);
  }
}

function fillConfusion(confusion) {
  byId("confusion").replaceChildren();
  fillDrawings(byId("confusion"), confusion.pictures, "confusion matrix");
  new Table(byId("recalls"), [
    column("class", row => row.name, row => row.name, false),
    column("images", row => row.images, row => String(row.images), true),
    column("recall (%)", row => number(row.recall), row => percent(row.recall), true),
    column("precision (%)", row => row.precision === null ? null : number(row.precision), row => percent(row.precision), true),
    column("most often taken for", row => row.taken_for, row => row.taken_for ?? "", false),
    column("times", row => row.taken, row => plain(row.taken), true),
  ], confusion.classes);
  byId("fewer").textContent = confusion.classes.length < confusion.count
    ? `The ${confusion.classes.length} classes of lowest recall, of ${confusion.count}.` : "";
}

function fillClasses() {
  byId("classes").hidden = byId("to-classes").hidden = !data.confusions.length;
  const select = byId("classified");
  data.confusions.forEach((confusion, i) => select.append(element("option", { value: i }, confusion.name)));
  select.addEventListener("change", () => fillConfusion(data.confusions[Number(select.value)]));
  if (data.confusions.length) {
    fillConfusion(data.confusions[0]);
  }
}

function fillCovariances() {
  byId("covariance").hidden = byId("to-covariance").hidden = !data.covariances.length;
  fillDrawings(byId("covariances"), data.covariances, "covariance between workers");
}

function fillEnvironment() {
  for (const [key, values] of Object.entries(data.environment)) {
    const sorted = [...values].sort();
    const text = sorted.length > 4 ? `${sorted[0]} ... ${sorted.at(-1)} (${sorted.length} values)` : sorted.join("; ");
    byId("machine").append(element("tr", {}, element("th", { scope: "row" }, key.replaceAll("_", " ")), element("td", {}, text)));
  }
}

function fillHead() {
  document.title = data.title;
  byId("title").textContent = data.title;
  byId("subtitle").textContent = data.subtitle;
  byId("synthetic").hidden = !data.synthetic;
  if (data.leftOut.length) {
    byId("left").hidden = false;
    data.leftOut.forEach(line => byId("left").querySelector("ul").append(element("li", {}, line)));
  }
}

fillHead();
fillRuns();
fillSeeds();
fillCharts();
fillClasses();
fillFits();
fillDrawings(byId("drawings"), data.topologies, "graph and mixing matrix");
fillCovariances();
fillEnvironment();

function redraw() {
  LineChart.all.forEach(chart => chart.chart && chart.draw());
}

dark.addEventListener("change", redraw);
addEventListener("resize", redraw);
addEventListener("beforeprint", () => LineChart.all.forEach(chart => chart.draw()));
