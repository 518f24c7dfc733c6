// The report: everything it shows stands in the page's data.
const page = JSON.parse(document.getElementById("data").textContent);
const report = page.report;
const LAWS = ["kz", "ru", "by", "ua", "eu"];
const MOST_VOLUMES = 24;
const MARKS = { violation: ["▲", "bad"], purpose_undeclared: ["∅", "warn"], review: ["?", "warn"] };
words = page.words;
lang = page.lang;

const categories = new Map(report.categories.map((category) => [category.id, category]));
const volumes = new Map(report.volumes.map((volume, index) => [volume.id, index]));
const rows = page.rows.map(([volume, category, path, member, at, line, count, level, sample, open]) => ({
  volume: report.volumes[volume].id, category: report.categories[category], path, member, at, line, count, level, sample, open,
}));
const filter = { text: "", class: "", level: "", volume: "", category: "", open: false };

const name = (id) => (categories.get(id) ? categories.get(id).names[lang] : id);
const worst = (id) => categories.get(id)?.severity ?? 0;
const law = (cell) => Object.entries(cell.law).map(([code, word]) => code.toUpperCase() + ": " + t("law." + word)).join("; ");
const issues = report.volumes.flatMap((volume) => volume.held.filter((cell) => cell.verdict).map((cell) => ({ volume, cell })));
const unlooked = report.volumes.filter((volume) => !volume.instructed);
const breaking = report.coverage.gaps_total;

function head() {
  const finished = report.scans.every((scan) => scan.finished);
  const cover = report.coverage.complete ? ["good", "complete"] : ["bad", finished ? "incomplete" : "unfinished"];
  const open = report.modes_known ? report.open_total : report.coverage.world_readable_strong;
  document.title = t("title");
  return h("header", {}, h("h1", {}, t("title")),
    h("a", { class: "pill " + cover[0], href: "#coverage" }, t(cover[1])),
    h("a", { class: "pill " + (open ? "bad" : "good"), href: "#open" }, t("open") + ": " + number(open)),
    h("span", { class: "controls" }, languagePicker((code) => { lang = code; draw(); document.getElementById("lang").focus(); })));
}

function tiles() {
  const total = report.volumes.reduce((sum, volume) => sum + volume.held.reduce((inner, cell) => inner + cell.count, 0), 0);
  const people = report.coverage.subjects;
  const tile = (label, value, note, tone) => h("div", { class: "tile" }, h("b", { class: tone }, value), label, note && h("div", { class: "faint" }, note));
  const violations = issues.filter((issue) => issue.cell.verdict === "violation").length;
  const read = (report.coverage.items.scanned_full || 0) + (report.coverage.items.scanned_partial || 0);
  return h("section", { "aria-label": t("title") }, h("div", { class: "tiles" },
    tile(t("findings"), number(total)),
    people.max > 0 && tile(t("people"), number(people.min) + " – " + number(people.max), "≈ " + number(people.estimate)),
    tile(t("violation"), number(violations), issues.length > violations ? t("review") + ", " + t("purpose_undeclared") + ": " + number(issues.length - violations) : "", violations ? "bad" : "good"),
    tile(t("gaps"), number(breaking), t("read", { read: number(read), listed: number(report.coverage.items.listed || 0), bytes: bytes(report.coverage.bytes) }), report.coverage.complete ? "" : "bad")),
    report.coverage.not_scanned.length > 0 && h("p", { class: "warn" }, t("not_scanned", { volumes: report.coverage.not_scanned.join(", ") })),
    unlooked.length > 0 && h("p", { class: "warn" }, t("instruction_missing") + ": " + unlooked.map((volume) => volume.id).join(", ")));
}

function verdicts() {
  if (issues.length === 0) return section("purposes", t("purposes"), h("p", {}, t("no_purposes")));
  const order = { violation: 0, purpose_undeclared: 1, review: 2 };
  const sorted = [...issues].sort((a, b) => order[a.cell.verdict] - order[b.cell.verdict] || worst(b.cell.category) - worst(a.cell.category) || b.cell.count - a.cell.count);
  return section("purposes", t("purposes"), table([
    { head: t("head_verdict"), key: (row) => order[row.cell.verdict], cell: (row) => h("span", { class: MARKS[row.cell.verdict][1] }, MARKS[row.cell.verdict][0] + " " + t(row.cell.verdict)) },
    { head: t("head_volume"), class: "path", key: (row) => row.volume.id, cell: (row) => row.volume.id },
    { head: t("head_category"), key: (row) => name(row.cell.category), cell: (row) => link(row.volume.id, row.cell.category, [severity(worst(row.cell.category)), name(row.cell.category)]) },
    { head: t("head_law"), cell: (row) => law(row.cell) },
    { head: t("head_found"), number: true, key: (row) => row.cell.count, cell: (row) => number(row.cell.count) },
    { head: t("head_items"), number: true, key: (row) => row.cell.items, cell: (row) => number(row.cell.items) },
    { head: t("head_sample"), class: "mask", cell: (row) => (row.cell.samples || []).slice(0, 2).join(" ") },
  ], sorted, { limit: 500, tall: true }));
}

// A button that shows the findings of a category in a volume.
function link(volume, category, content) {
  return h("button", { type: "button", class: "link", onclick: () => {
    Object.assign(filter, { text: "", class: "", level: "", open: false, volume, category });
    draw();
    document.getElementById("findings").scrollIntoView();
  } }, content);
}

function matrix() {
  const held = new Map();
  report.volumes.forEach((volume) => volume.held.forEach((cell) => held.set(volume.id + "\n" + cell.category, cell)));
  const shownVolumes = report.volumes.filter((volume) => volume.held.length > 0);
  const few = shownVolumes.slice(0, MOST_VOLUMES);
  const rest = shownVolumes.slice(MOST_VOLUMES);
  if (report.categories.length === 0) return section("matrix", t("matrix"), h("p", {}, t("nothing")));
  const count = (volume, category) => held.get(volume.id + "\n" + category.id)?.count || 0;
  const sum = (list, category) => list.reduce((total, volume) => total + count(volume, category), 0);
  const columns = [
    { head: t("head_category"), key: (row) => name(row.id), cell: (row) => [severity(row.severity), name(row.id), h("div", { class: "id" }, row.id)] },
    { head: t("head_class"), key: (row) => row.severity, number: false, cell: (row) => t("class." + row.gate_class) },
    ...LAWS.map((code) => ({ head: code.toUpperCase(), title: t("head_law"), cell: (row) => t("law." + (row.law[code] || "none")) })),
    ...few.map((volume) => ({
      head: volume.id.length > 22 ? "…" + volume.id.slice(-21) : volume.id, title: volume.id, number: true, key: (row) => count(volume, row),
      cell: (row) => {
        const cell = held.get(volume.id + "\n" + row.id);
        if (!cell || !(cell.count || cell.candidates)) return "";
        const mark = cell.verdict && h("span", { class: MARKS[cell.verdict][1], title: t(cell.verdict), role: "img", "aria-label": t(cell.verdict) }, " " + MARKS[cell.verdict][0]);
        const open = cell.open_items > 0 && h("span", { class: "bad", title: t("open") + ": " + number(cell.open_items), role: "img", "aria-label": t("open") }, " ◉");
        return [link(volume.id, row.id, number(cell.count)), mark, open, cell.count === 0 && h("span", { class: "faint" }, " (" + number(cell.candidates) + ")")];
      },
    })),
    ...(rest.length ? [{ head: t("more", { count: number(rest.length) }), number: true, cell: (row) => number(sum(rest, row)) }] : []),
  ];
  return section("matrix", t("matrix"), table(columns, report.categories, { class: "matrix" }));
}

function chart() {
  const classes = [...new Set(report.categories.map((category) => category.gate_class))];
  const parts = (volume) => classes.map((id) => ({
    severity: report.categories.find((category) => category.gate_class === id).severity, label: t("class." + id),
    count: volume.held.filter((cell) => categories.get(cell.category).gate_class === id).reduce((sum, cell) => sum + cell.count, 0),
  }));
  const list = report.volumes.filter((volume) => volume.held.length > 0).slice(0, MOST_VOLUMES).map((volume) => ({ name: volume.id, parts: parts(volume) }));
  if (list.length === 0) return null;
  const legend = classes.map((id) => h("span", {}, severity(report.categories.find((category) => category.gate_class === id).severity), t("class." + id)));
  return section("chart", t("chart"), bars(list), h("div", { class: "legend" }, legend));
}

function coverage() {
  const reasons = Object.entries(report.coverage.reasons).map(([reason, count]) => ({ reason, count }));
  const finished = report.scans.every((scan) => scan.finished);
  const verdict = report.coverage.complete ? ["good", "complete"] : ["bad", finished ? "incomplete" : "unfinished"];
  return section("coverage", t("coverage"), h("p", { class: verdict[0] }, t(verdict[1])),
    reasons.length > 0 && table([
      { head: t("head_reason"), key: (row) => t("reason." + row.reason), cell: (row) => t("reason." + row.reason) },
      { head: t("head_items"), number: true, key: (row) => row.count, cell: (row) => number(row.count) },
    ], reasons),
    report.coverage.gaps.length > 0 && table([
      { head: t("head_where"), class: "path", key: place, cell: place },
      { head: t("head_volume"), class: "path", key: (row) => row.volume, cell: (row) => row.volume },
      { head: t("head_reason"), key: (row) => t("reason." + row.reason), cell: (row) => t("reason." + row.reason) },
    ], report.coverage.gaps, { limit: 500, tall: true }));
}

function readers() {
  if (!report.modes_known) {
    return section("open", t("open"), h("p", {}, number(report.coverage.world_readable_strong)), h("p", { class: "faint" }, t("modes_unknown")));
  }
  return section("open", t("open"), report.open.length === 0 ? h("p", { class: "good" }, "0") : table([
    { head: t("head_where"), class: "path", key: place, cell: place },
    { head: t("head_volume"), class: "path", key: (row) => row.volume, cell: (row) => row.volume },
    { head: t("head_owner"), class: "path", key: (row) => row.owner || "", cell: (row) => row.owner || "" },
    { head: t("head_mode"), class: "path", key: (row) => row.mode || "", cell: (row) => row.mode || "" },
  ], report.open, { limit: 500, tall: true }));
}

function advice() {
  const list = report.categories.filter((category) => category.advice[lang]);
  return list.length > 0 && section("advice", t("advice"), table([
    { head: t("head_category"), cell: (row) => [severity(row.severity), name(row.id)] },
    { head: t("advice"), cell: (row) => row.advice[lang] },
  ], list));
}

function matches(row) {
  if (filter.class && row.category.gate_class !== filter.class) return false;
  if (filter.level !== "" && row.level !== Number(filter.level)) return false;
  if (filter.volume && row.volume !== filter.volume) return false;
  if (filter.category && row.category.id !== filter.category) return false;
  if (filter.open && row.open !== 1) return false;
  if (!filter.text) return true;
  return (place(row) + "\n" + row.volume + "\n" + row.category.id + "\n" + row.category.names[lang]).toLowerCase().includes(filter.text);
}

function findings() {
  const shownLine = h("span", { class: "faint", role: "status" });
  let wait = 0;
  const list = longList([
    { head: t("head_category"), key: (row) => row.category.names[lang], cell: (row) => [severity(row.category.severity), row.category.names[lang]] },
    { head: t("head_where"), class: "path", key: place, cell: (row) => shown(place(row)) },
    { head: t("head_volume"), class: "path", key: (row) => row.volume, cell: (row) => shown(row.volume) },
    { head: t("head_found"), number: true, key: (row) => row.count, cell: (row) => number(row.count) },
    { head: t("head_confidence"), key: (row) => row.level, cell: (row) => [t("level." + row.level), row.open === 1 && h("span", { class: "bad", title: t("open") }, " ◉")] },
    { head: t("head_sample"), class: "mask", key: (row) => row.sample || "", cell: (row) => shown(row.sample || "") },
  ], () => {
    const found = rows.filter(matches);
    shownLine.textContent = t("shown", { shown: number(found.length), total: number(page.rows_total) });
    return found;
  });
  const set = (key) => (event) => { filter[key] = event.target.type === "checkbox" ? event.target.checked : event.target.value; list.refresh(); };
  const options = (label, pairs, chosen) => [h("option", { value: "" }, label + ": " + t("all")), ...pairs.map(([value, text]) => h("option", { value, selected: value === chosen }, text))];
  const classes = [...new Set(report.categories.map((category) => category.gate_class))];
  const search = h("input", { type: "search", value: filter.text, placeholder: t("filter"), "aria-label": t("filter"), oninput: (event) => {
    clearTimeout(wait);
    wait = setTimeout(() => { filter.text = event.target.value.toLowerCase(); list.refresh(); }, 120);
  } });
  const select = (key, label, pairs) => h("select", { "aria-label": label, onchange: set(key) }, options(label, pairs, filter[key]));
  return section("findings", t("findings"), h("div", { class: "filters" }, search,
    select("class", t("head_class"), classes.map((id) => [id, t("class." + id)])),
    select("level", t("head_confidence"), ["2", "1"].map((level) => [level, t("level." + level)])),
    select("volume", t("head_volume"), report.volumes.filter((volume) => volume.held.length > 0).slice(0, 500).map((volume) => [volume.id, shown(volume.id)])),
    select("category", t("head_category"), report.categories.map((category) => [category.id, category.names[lang]])),
    h("label", {}, h("input", { type: "checkbox", checked: filter.open, onchange: set("open") }), " ◉ ", t("everyone")), shownLine),
    list.box, page.rows_total > rows.length && h("p", { class: "faint" }, t("capped", { count: number(rows.length) })));
}

function foot() {
  return h("footer", {}, h("p", {}, t("hint")), report.scans.map((scan) => h("p", {},
    "elek " + scan.version + " · " + date(scan.started) + " · ", h("code", {}, scan.run), " · ", h("code", {}, scan.rules), " · ", h("span", { class: "path" }, scan.roots.join(", ")))));
}

function draw() {
  document.documentElement.lang = lang;
  document.body.replaceChildren(...[head(), h("main", {}, tiles(), matrix(), chart(), verdicts(), coverage(), readers(), findings(), advice()), foot()].filter(Boolean));
}

draw();
