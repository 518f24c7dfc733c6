// The report: everything it shows stands in the page's data.
const page = JSON.parse(document.getElementById("data").textContent);
words = page.words;
lang = page.lang;
use(page.report);

const rows = page.rows.map(([volume, category, path, member, at, line, count, level, sample, open]) => ({
  volume: report.volumes[volume].id, category: report.categories[category], path, member, at, line, count, level, sample, open,
}));
const filter = { text: "", class: "", level: "", volume: "", category: "", open: false };
choose = (volume, category) => {
  Object.assign(filter, { text: "", class: "", level: "", open: false, volume, category });
  draw();
  document.getElementById("findings").scrollIntoView();
};

function head() {
  document.title = t("title");
  return h("header", {}, h("h1", {}, t("title")), pills(),
    h("span", { class: "controls" }, languagePicker((code) => { lang = code; draw(); document.getElementById("lang").focus(); })));
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
  const options = (label, pairs, chosen) => [h("option", { value: "" }, capital(label) + ": " + t("all")), ...pairs.map(([value, text]) => h("option", { value, selected: value === chosen }, text))];
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
