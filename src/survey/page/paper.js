// A report of sentences and tables: everything it shows stands in the page's data, in each language.
const page = JSON.parse(document.getElementById("data").textContent);
words = page.words;
lang = page.lang;
const MOST_ROWS = 500;
const WIDE = 9;
const base = page.papers[page.lang];
let wanted = "";
let redraw = [];

// A cell of a table. One that is the same in all languages stands in the page once.
const cell = (part, row, column) => {
  const own = page.papers[lang].parts[part].rows[row][column];
  return own === 0 ? base.parts[part].rows[row][column] : own;
};

// What a column is sorted by: numbers by their size, days by the calendar.
function key(text) {
  const day = /^(\d\d)\.(\d\d)\.(\d{4})(.*)$/.exec(text);
  if (day) return day[3] + day[2] + day[1] + day[4];
  return isNumber(text) ? Number(text.replace(/[^\d.]/g, "") || -1) : text;
}
const isNumber = (text) => /^[\d\u00a0\u202f, ]*(\.\d+)?$/.test(text);

function rowsOf(part) {
  const heads = page.papers[lang].parts[part].heads;
  const rows = base.parts[part].rows.map((_, row) => heads.map((_, column) => cell(part, row, column)));
  return wanted ? rows.filter((row) => row.some((text) => text.toLowerCase().includes(wanted))) : rows;
}

function drawn(part) {
  const heads = page.papers[lang].parts[part].heads;
  const rows = rowsOf(part);
  // A row too wide for a page stands upright.
  if (heads.length > WIDE) {
    return rows.map((row) => h("div", { class: "scroll" }, h("table", { class: "upright" }, h("tbody", {}, heads.map((head, column) => h("tr", {}, h("th", { scope: "row" }, head), h("td", {}, row[column])))))));
  }
  const all = base.parts[part].rows;
  if (all.length === 0) return h("p", { class: "faint" }, "—");
  const columns = heads.map((head, column) => {
    const number = all.length > 0 && all.every((_, row) => isNumber(cell(part, row, column))) && all.some((_, row) => cell(part, row, column) !== "");
    return { head, number, key: (row) => key(row[column]), cell: (row) => row[column] };
  });
  return table(columns, rows, { limit: MOST_ROWS, tall: rows.length > 40, class: "sheet" });
}

function sections() {
  const groups = [[]];
  page.papers[lang].parts.forEach((part, index) => (part.h === undefined ? groups.at(-1).push(index) : groups.push([index])));
  redraw = [];
  return groups.filter((group) => group.length > 0).map((group) => h("section", {}, group.map((index) => {
    const part = page.papers[lang].parts[index];
    if (part.h !== undefined) return h("h2", {}, part.h);
    if (part.p !== undefined) return h("p", {}, part.p);
    const box = h("div", {}, drawn(index));
    redraw.push(() => box.replaceChildren(...[drawn(index)].flat()));
    return box;
  })));
}

function draw() {
  const title = page.papers[lang].title;
  let wait = 0;
  document.documentElement.lang = lang;
  document.title = shown(title);
  const search = h("input", { type: "search", value: wanted, placeholder: t("search"), "aria-label": t("search"), oninput: (event) => {
    clearTimeout(wait);
    wait = setTimeout(() => { wanted = event.target.value.toLowerCase(); redraw.forEach((again) => again()); }, 120);
  } });
  const cover = page.complete === null ? null : h("span", { class: "pill " + (page.complete ? "good" : "bad") }, t(page.complete ? "complete" : "incomplete"));
  const picker = languagePicker((code) => { lang = code; draw(); document.getElementById("lang").focus(); });
  document.body.replaceChildren(h("header", {}, h("h1", {}, title), ...[cover].filter(Boolean), h("span", { class: "controls" }, search, picker)), h("main", {}, sections()));
}

draw();
