// Sections over what lies where. They look at `report`, which is set by `use`; `choose` shows findings of a category.
const LAWS = ["kz", "ru", "by", "ua", "eu"];
const MOST_VOLUMES = 24;
const MARKS = { violation: ["▲", "bad"], purpose_undeclared: ["∅", "warn"], review: ["?", "warn"] };
let report;
let categories;
let issues;
let unlooked;
let choose = () => {};

function use(data) {
  report = data;
  categories = new Map(report.categories.map((category) => [category.id, category]));
  issues = report.volumes.flatMap((volume) => volume.held.filter((cell) => cell.verdict).map((cell) => ({ volume, cell })));
  unlooked = report.volumes.filter((volume) => !volume.instructed);
}

const name = (id) => (categories.get(id) ? categories.get(id).names[lang] : id);
const worst = (id) => categories.get(id)?.severity ?? 0;
const law = (cell) => Object.entries(cell.law).map(([code, word]) => code.toUpperCase() + ": " + t("law." + word)).join("; ");

// Whether everything was read, and how much everybody may read: in sight wherever one is in the page.
function pills() {
  const finished = report.scans.every((scan) => scan.finished);
  const cover = report.coverage.complete ? ["good", "complete"] : ["bad", finished ? "incomplete" : "unfinished"];
  const open = report.modes_known ? report.open_total : report.coverage.world_readable_strong;
  return [h("a", { class: "pill " + cover[0], href: "#coverage" }, t(cover[1])),
    h("a", { class: "pill " + (open ? "bad" : "good"), href: "#open" }, t("open") + ": " + number(open))];
}

function tiles() {
  const total = report.volumes.reduce((sum, volume) => sum + volume.held.reduce((inner, cell) => inner + cell.count, 0), 0);
  const people = report.coverage.subjects;
  const tile = (label, value, note, tone) => h("div", { class: "tile" }, h("b", { class: tone }, value), label, note && h("div", { class: "faint" }, note));
  const violations = issues.filter((issue) => issue.cell.verdict === "violation").length;
  const read = (report.coverage.items.scanned_full || 0) + (report.coverage.items.scanned_partial || 0);
  return h("section", { "aria-label": t("title") }, h("div", { class: "tiles" },
    tile(t("findings"), number(total)),
    people && people.max > 0 && tile(t("people"), number(people.min) + " – " + number(people.max), "≈ " + number(people.estimate)),
    tile(t("violations"), number(violations), issues.length > violations ? t("review") + ", " + t("purpose_undeclared") + ": " + number(issues.length - violations) : "", violations ? "bad" : "good"),
    tile(t("gaps"), number(report.coverage.gaps_total), t("read", { read: number(read), listed: number(report.coverage.items.listed || 0), bytes: bytes(report.coverage.bytes) }), report.coverage.complete ? "" : "bad")),
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
  return h("button", { type: "button", class: "link", onclick: () => choose(volume, category) }, content);
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
    ...few.map((volume) => ({
      head: volume.id.length > 22 ? "…" + volume.id.slice(-21) : volume.id, title: volume.id, named: true, number: true, key: (row) => count(volume, row),
      cell: (row) => {
        const cell = held.get(volume.id + "\n" + row.id);
        if (!cell || !(cell.count || cell.candidates)) return "";
        const mark = cell.verdict && h("span", { class: MARKS[cell.verdict][1], title: t(cell.verdict), role: "img", "aria-label": t(cell.verdict) }, " " + MARKS[cell.verdict][0]);
        const open = cell.open_items > 0 && h("span", { class: "bad", title: t("open") + ": " + number(cell.open_items), role: "img", "aria-label": t("open") }, " ◉");
        return [link(volume.id, row.id, number(cell.count)), mark, open, cell.count === 0 && h("span", { class: "faint" }, " (" + number(cell.candidates) + ")")];
      },
    })),
    ...(rest.length ? [{ head: t("more", { count: number(rest.length) }), number: true, cell: (row) => number(sum(rest, row)) }] : []),
    ...LAWS.map((code) => ({ head: code.toUpperCase(), title: t("head_law"), cell: (row) => t("law." + (row.law[code] || "none")) })),
  ];
  const legend = [...Object.entries(MARKS).map(([verdict, [mark, tone]]) => h("span", {}, h("span", { class: tone }, mark), " " + t(verdict))), h("span", {}, h("span", { class: "bad" }, "◉"), " " + t("open"))];
  return section("matrix", t("matrix"), table(columns, report.categories, { class: "matrix" }), h("div", { class: "legend faint" }, legend));
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
    ], report.coverage.gaps, { limit: 500, total: report.coverage.gaps_total, tall: true }));
}

function readers() {
  if (!report.modes_known) {
    return section("open", t("open"), h("p", {}, number(report.coverage.world_readable_strong)), h("p", { class: "faint" }, t("modes_unknown")));
  }
  return section("open", t("open"), report.open.length === 0 ? h("p", { class: report.open_total ? "bad" : "good" }, number(report.open_total)) : table([
    { head: t("head_where"), class: "path", key: place, cell: place },
    { head: t("head_volume"), class: "path", key: (row) => row.volume, cell: (row) => row.volume },
    { head: t("head_owner"), class: "path", key: (row) => row.owner || "", cell: (row) => row.owner || "" },
    { head: t("head_mode"), class: "path", key: (row) => row.mode || "", cell: (row) => row.mode || "" },
  ], report.open, { limit: 500, total: report.open_total, tall: true }));
}

function advice() {
  const list = report.categories.filter((category) => category.advice[lang]);
  return list.length > 0 && section("advice", t("advice"), table([
    { head: t("head_category"), cell: (row) => [severity(row.severity), name(row.id)] },
    { head: t("advice"), cell: (row) => row.advice[lang] },
  ], list));
}
