// The explorer of the national overview: choices, two charts drawn by Chartist, and a table that sorts and filters.
// Names come from returns and are put into the page as text only.
(() => {
  const data = JSON.parse(document.getElementById("explorer-data").textContent);
  // Figures come as text: value and limits in units of the last decimal, then a letter; or the letter of a reason.
  const read = (text, one) => text.split(";").map(cell => cell.length === 1 ? cell : [
    ...cell.slice(0, -1).split(",").map(number => number === "" ? null : number / (one.unit === "times" ? 100 : 10)),
    cell.slice(-1),
  ]);
  for (const one of data.indicators) {
    one.figures = one.figures.map(text => read(text, one));
    one.national = read(one.national, one);
  }
  const root = document.getElementById("explorer");
  const part = name => root.querySelector(`[data-part="${name}"]`);
  const WORDS = { a: "Clear gap", f: "Clear gap in favour", e: "No material gap", i: "Too few to tell", n: "Not tested", s: "No gap, all staff" };
  const MARKS = { a: "▲", f: "▼", e: "=", i: "◌", n: "–", s: "–" };
  const STANDINGS = { W: "▲▲ Clearly worse", w: "▲ Worse than most", "=": "Like most", b: "▼ Better than most", B: "▼▼ Clearly better", "-": "Not compared" };
  const ORDER = { W: 0, w: 1, "=": 2, b: 3, B: 4, "-": 5 };
  const Z95 = 1.96, Z998 = 3.09;
  const last = data.years.length - 1;
  let sorting = { column: 0, way: 1 };

  const indicator = () => data.indicators[part("indicator").value];
  const figure = (place, year = last) => indicator().figures[place][year];
  const known = found => Array.isArray(found);
  const ratio = () => indicator().unit === "times";
  const scale = value => ratio() ? Math.log2(value) : value;
  const printed = value => {
    if (value === null) return "no limit";
    if (ratio()) return value.toFixed(2);
    if (indicator().unit === "percent") return `${value.toFixed(1)}%`;
    const sign = value > 0 ? "+" : value < 0 ? "−" : "";
    return sign + Math.abs(value).toFixed(1);
  };
  const TICKS = [1 / 16, 1 / 8, 1 / 4, 0.5, 0.67, 0.8, 1, 1.25, 1.5, 2, 3, 4, 8, 16];
  const onAxis = y => ratio() ? `${+(2 ** y).toFixed(2)}×` : printed(y);
  const unit = () => indicator().unit === "percent" ? "" : ` ${indicator().unit}`;
  const words = found => known(found)
    ? `${printed(found[0])}${unit()} (${found[1] === null ? "no interval" : `${printed(found[1])} to ${printed(found[2])}`}), ${WORDS[found[3]].toLowerCase()}`
    : data.reasons[found];

  const upright = (low, high) => {
    const ticks = TICKS.map(Math.log2).filter(tick => tick >= low && tick <= high);
    const type = ratio() ? { type: Chartist.FixedScaleAxis, ticks } : { type: Chartist.AutoScaleAxis };
    return { ...type, low, high, labelInterpolationFnc: onAxis, offset: 56 };
  };

  // Standard error on the scale of the funnel; none where the data set no limit.
  const error = found => {
    if (!known(found) || found[1] === null || found[2] === null) return NaN;
    const [value, lower, upper] = found.slice(0, 3).map(scale);
    const wide = (upper - lower) / (2 * Z95);
    return Number.isFinite(value) && wide > 0 ? wide : NaN;
  };

  const group = () => Number(part("group").value);
  const peers = () => indicator().peers[group()];
  const standing = place => (indicator().standings[group()] || "")[place] || "-";
  const members = () => data.organisations.map((_, place) => place)
    .filter(place => data.organisations[place].groups.includes(group()));
  const chosen = () => part("organisation").value === "" ? null : Number(part("organisation").value);

  const option = (value, text) => {
    const made = document.createElement("option");
    made.value = value;
    made.textContent = text;
    return made;
  };

  const offerGroups = () => {
    for (const [kind, label] of Object.entries(data.kinds)) {
      const made = document.createElement("optgroup");
      made.label = label;
      made.append(...data.groups.map((one, number) => [one, number]).filter(([one]) => one.kind === kind)
        .map(([one, number]) => option(number, one.name)));
      if (made.children.length) part("group").append(made);
    }
  };

  const offerOrganisations = () => {
    const select = part("organisation"), before = select.value;
    select.replaceChildren(option("", "None"), ...members().map(place => option(place, data.organisations[place].name)));
    select.value = [...select.options].some(one => one.value === before) ? before : "";
  };

  const draw = (name, series, options, said) => {
    const box = part(name);
    box.setAttribute("aria-label", said);
    const shown = series.filter(one => one.data.length);
    new Chartist.LineChart(box, { series: shown }, {
      lineSmooth: false, chartPadding: { top: 12, right: 16, bottom: 4, left: 8 }, ...options,
      series: Object.fromEntries(shown.map(one => [one.name, { showLine: one.line, showPoint: !one.line }])),
    });
  };
  const line = (name, className, points) => ({ name, className, line: true, data: points });
  const dots = (name, className, points) => ({ name, className, line: false, data: points });

  const drawFunnel = places => {
    const { name } = indicator();
    for (const piece of ["funnel", "ends"]) part(piece).hidden = !peers();
    if (!peers()) {
      part("funnel").replaceChildren();
      return "Fewer than five organisations of this group have published figures, so they are not compared.";
    }
    const [target, spread, low25, high75, compared] = peers();
    const points = places.map(place => ({ place, found: figure(place), wide: error(figure(place)) }))
      .filter(point => Number.isFinite(point.wide))
      .map(point => ({ ...point, x: 1 / point.wide, y: scale(point.found[0]) }));
    const middle = scale(target), across = ratio() ? spread / Math.LN2 : spread;
    const reach = Math.max(...points.map(point => Math.abs(point.y - middle))) * 1.15;
    const [low, high] = [middle - reach, middle + reach];
    const most = Math.max(...points.map(point => point.x)) * 1.05;
    const grid = Array.from({ length: 80 }, (_, step) => most * (step + 1) / 80);
    const limit = (z, way) => grid.map(x => ({ x, y: middle + way * z * Math.hypot(1 / x, across) }))
      .filter(at => at.y >= low && at.y <= high);
    const outside = points.filter(point => "WB".includes(standing(point.place))).length;
    const own = points.filter(point => point.place === chosen());
    const about = own.length ? ` ${data.organisations[chosen()].name}: ${STANDINGS[standing(chosen())].replace(/^[^A-Z]*/, "").toLowerCase()}.` : "";
    const said = `${name}, ${data.years[last]}: ${compared} organisations around ${printed(target)}${unit()} taken together, the middle half from ${printed(low25)} to ${printed(high75)}; ${outside} outside the wide limits.${about}`;
    draw("funnel", [
      line("wide-low", "limit wide", limit(Z998, -1)), line("wide-high", "limit wide", limit(Z998, 1)),
      line("low", "limit", limit(Z95, -1)), line("high", "limit", limit(Z95, 1)),
      line("target", "target", [{ x: 0, y: middle }, { x: most, y: middle }]),
      dots("points", "peers", points.filter(point => point.place !== chosen())), dots("own", "own", own),
    ], {
      axisX: { type: Chartist.AutoScaleAxis, low: 0, high: most, showLabel: false, showGrid: false, offset: 8 },
      axisY: upright(low, high),
    }, said);
    return said;
  };

  const drawYears = () => {
    const place = chosen();
    const series = place === null ? indicator().national : indicator().figures[place];
    const who = place === null ? "England" : data.organisations[place].name;
    const at = list => list.map((found, year) => ({ found, x: data.years[year] })).filter(point => known(point.found));
    const points = at(series).map(point => ({ x: point.x, y: scale(point.found[0]), found: point.found }))
      .filter(point => Number.isFinite(point.y));
    const nation = at(indicator().national).map(point => ({ x: point.x, y: scale(point.found[0]) }));
    const intervals = points.filter(point => Number.isFinite(error(point.found)))
      .map((point, number) => line(`interval-${number}`, "interval", [1, 2].map(end => ({ x: point.x, y: scale(point.found[end]) }))));
    const heights = [...points, ...nation, ...intervals.flatMap(one => one.data)].map(point => point.y);
    if (!heights.length) {
      part("years").replaceChildren();
      return `${who}: no figures.`;
    }
    const equal = ratio() ? 0 : indicator().unit === "percent" ? heights[0] : 0;
    const edges = [0, ...indicator().breaks.map(year => data.years.indexOf(year)).filter(year => year > 0), data.years.length];
    const runs = (list, name, className) => edges.slice(1).map((end, number) => line(`${name}-${number}`, className,
      list.filter(point => data.years.indexOf(point.x) >= edges[number] && data.years.indexOf(point.x) < end)));
    const first = points[0], final = points[points.length - 1];
    const said = points.length
      ? `${who}: ${words(first.found)} in ${first.x}; ${words(final.found)} in ${final.x}.` : `${who}: no figures.`;
    draw("years", [
      ...(indicator().unit === "percent" ? [] : [line("equal", "equal", [{ x: data.years[0], y: equal }, { x: data.years[last], y: equal }])]),
      ...intervals, ...(place === null ? [] : runs(nation, "nation", "target")), ...runs(points, "run", "own"),
      dots("marks", "own", points),
    ], {
      axisX: { type: Chartist.FixedScaleAxis, ticks: data.years.filter((_, year) => (last - year) % 2 === 0), low: data.years[0] - 0.3,
        high: data.years[last] + 0.3, labelInterpolationFnc: String, showGrid: false },
      axisY: upright(Math.min(equal, ...heights), Math.max(equal, ...heights)),
    }, said);
    return said;
  };

  const value = (place, column) => {
    const about = data.organisations[place], found = figure(place);
    const range = known(found) && found[1] !== null ? `${printed(found[1])} to ${printed(found[2])}` : "–";
    const cells = [
      [about.name, about.name], [about.type, about.type], [about.region, about.region],
      [known(found) ? found[0] : Infinity, known(found) ? printed(found[0]) : "–"],
      [known(found) && found[1] !== null ? found[1] : Infinity, range],
      known(found) ? [WORDS[found[3]], `${MARKS[found[3]]} ${WORDS[found[3]]}`] : [data.reasons[found], data.reasons[found]],
      [ORDER[standing(place)], STANDINGS[standing(place)]],
    ];
    return cells[column];
  };

  const fill = places => {
    const asked = part("filter").value.toLowerCase().split(/\s+/).filter(Boolean);
    const shown = places.filter(place => {
      const text = [0, 1, 2, 5, 6].map(column => value(place, column)[1]).join(" ").toLowerCase();
      return asked.every(word => text.includes(word));
    }).sort((one, other) => {
      const [a, b] = [one, other].map(place => value(place, sorting.column)[0]);
      return sorting.way * (typeof a === "string" ? a.localeCompare(b, "en-GB") : a === b ? 0 : a - b);
    });
    part("rows").replaceChildren(...shown.map(place => {
      const row = document.createElement("tr"), about = data.organisations[place];
      row.classList.toggle("own", place === chosen());
      for (let column = 0; column < 7; column += 1) {
        const cell = document.createElement(column ? "td" : "th");
        if (column === 0) cell.scope = "row";
        const text = value(place, column)[1];
        if (column === 0 && about.report) {
          const link = document.createElement("a");
          link.href = `organisations/${about.code}/index.html`;
          link.textContent = text;
          cell.append(link);
        } else cell.textContent = text;
        row.append(cell);
      }
      return row;
    }));
    return shown.length;
  };

  const redraw = () => {
    const places = members();
    part("question").textContent = indicator().question;
    const funnel = drawFunnel(places), years = drawYears(), listed = fill(places);
    part("funnel-words").textContent = funnel;
    part("years-words").textContent = years;
    part("caption").textContent = `${indicator().name}, ${data.years[last]}: ${indicator().unit === "percent" ? "percentage of all staff" : `gap in ${indicator().unit}`}; standing in the peer group chosen`;
    part("status").textContent = `${listed} of ${places.length} organisations listed. ${funnel} ${years}`;
  };

  part("indicator").append(...data.indicators.map((one, place) => option(place, one.name)));
  part("indicator").value = data.first;
  offerGroups();
  offerOrganisations();
  part("group").addEventListener("change", () => { offerOrganisations(); redraw(); });
  for (const name of ["indicator", "organisation"]) part(name).addEventListener("change", redraw);
  part("filter").addEventListener("input", redraw);
  const heads = [...root.querySelectorAll("thead th")];
  heads.forEach((head, column) => head.querySelector("button").addEventListener("click", () => {
    sorting = { column, way: sorting.column === column ? -sorting.way : 1 };
    heads.forEach(one => one.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", sorting.way > 0 ? "ascending" : "descending");
    redraw();
  }));
  root.hidden = false;
  for (const still of document.querySelectorAll(".explorer-still")) still.hidden = true;
  redraw();
})();
