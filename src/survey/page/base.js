// Parts that the report and the daemon's page share. What comes from data goes to the page as text, never as markup.
const LANGUAGES = { kk: "Қазақша", ru: "Русский", uk: "Українська", be: "Беларуская", en: "English" };
const HIDDEN = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;
let words = {};
let lang = "en";

// Text with what hides in it made visible.
const shown = (text) => String(text).replace(HIDDEN, (letter) => "\\u{" + letter.codePointAt(0).toString(16) + "}");

// An element with attributes and children; a child that is no node is text.
const h = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);
const svg = (tag, attributes, ...children) => fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : name === "value" ? value : shown(value));
  }
  for (const child of children.flat(3)) {
    if (child === undefined || child === null || child === false) continue;
    element.append(child instanceof Node ? child : shown(child));
  }
  return element;
}

// A sentence of the language, with its places filled in.
function t(key, values) {
  const text = (words[lang] || {})[key] ?? (words.en || {})[key] ?? key;
  return values ? text.replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place) : text;
}

// A word at the head of something. Names keep their letters.
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

function number(value) {
  return String(value).replace(/\B(?=(\d{3})+$)/g, lang === "en" ? "," : "\u00a0");
}

function date(time) {
  const day = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d:\d\d)[\d:.]*(Z|[+-]\d\d:\d\d)?)?/.exec(time || "");
  if (!day) return time || "";
  const clock = day[4] ? " " + day[4] + (day[5] === "Z" ? " UTC" : day[5] ? " " + day[5] : "") : "";
  return (lang === "en" ? day[1] + "-" + day[2] + "-" + day[3] : day[3] + "." + day[2] + "." + day[1]) + clock;
}

function bytes(value) {
  const units = lang === "en" ? ["B", "KiB", "MiB", "GiB", "TiB"] : ["Б", "КиБ", "МиБ", "ГиБ", "ТиБ"];
  let unit = 0;
  while (value >= 1024 && unit < 4) { value /= 1024; unit += 1; }
  const text = unit ? value.toFixed(1) : String(value);
  return (lang === "en" ? text : text.replace(".", ",")) + " " + units[unit];
}

function languagePicker(change) {
  const options = Object.entries(LANGUAGES).map(([code, name]) => h("option", { value: code, selected: code === lang }, name));
  return h("select", { "aria-label": t("language"), id: "lang", onchange: (event) => change(event.target.value) }, options);
}

function section(id, title, ...children) {
  return h("section", { id, "aria-labelledby": id + "-title" }, h("h2", { id: id + "-title" }, title), children);
}

const severity = (level) => h("span", { class: "sev sev" + level, "aria-hidden": "true" });

function place(row) {
  const parts = [row.path, row.member, row.at].filter((part) => part);
  return parts.join("!") + (row.line ? ":" + row.line : "");
}

// A table whose heads sort it. A column: { head, named, cell(row), key(row), number }; a named one has a name at its head.
function table(columns, rows, options = {}) {
  let by = null;
  let down = true;
  const limit = options.limit || Infinity;
  const body = h("tbody");
  const more = h("p", { class: "faint" });
  const draw = () => {
    const list = by ? [...rows].sort((a, b) => compare(by.key(a), by.key(b)) * (down ? -1 : 1)) : rows;
    body.replaceChildren(...list.slice(0, limit).map((row) => h("tr", {}, columns.map((column) => h("td", { class: column.number ? "number" : column.class }, column.cell(row))))));
    const rest = Math.max(list.length, options.total || 0) - Math.min(list.length, limit);
    more.textContent = rest > 0 ? t("more", { count: number(rest) }) : "";
  };
  const heads = columns.map((column) => {
    const word = column.named ? column.head : capital(column.head);
    if (!column.key) return h("th", { class: column.number && "number", title: column.title }, word);
    const head = h("th", { class: column.number && "number", title: column.title }, h("button", { type: "button", onclick: () => {
      down = by === column ? !down : Boolean(column.number);
      by = column;
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      draw();
    } }, word));
    return head;
  });
  draw();
  return h("div", {}, h("div", { class: options.tall ? "scroll tall" : "scroll", tabindex: "0" }, h("table", { class: options.class }, h("thead", {}, h("tr", {}, heads)), body)), more);
}

function compare(a, b) {
  return typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), lang);
}

// A long list of which only what is in sight is in the page. Columns as in `table`; `rows()` gives what is to be shown.
function longList(columns, rows) {
  const HEIGHT = 34;
  let by = null;
  let down = true;
  let list = [];
  const spacer = h("div", { class: "spacer" });
  const window_ = h("div", { class: "window", tabindex: "0", role: "rowgroup" }, spacer);
  const draw = () => {
    const first = Math.max(0, Math.floor(window_.scrollTop / HEIGHT) - 8);
    const last = Math.min(list.length, first + Math.ceil(window_.clientHeight / HEIGHT) + 16);
    put(first, last);
  };
  const put = (first, last) => {
    window_.replaceChildren(spacer, ...list.slice(first, last).map((row, index) => {
      const line = h("div", { class: "row", role: "row", "aria-rowindex": first + index + 2 }, columns.map((column) => {
        const text = column.cell(row);
        return h("span", { role: "cell", class: column.number ? "number" : column.class, title: typeof text === "string" ? text : undefined }, text);
      }));
      line.style.top = (first + index) * HEIGHT + "px";
      return line;
    }));
  };
  const refresh = () => {
    list = rows();
    if (by) list = [...list].sort((a, b) => compare(by.key(a), by.key(b)) * (down ? -1 : 1));
    spacer.style.height = list.length * HEIGHT + "px";
    window_.style.height = Math.min(Math.max(list.length, 3) * HEIGHT, 480) + "px";
    box.setAttribute("aria-rowcount", list.length + 1);
    window_.scrollTop = 0;
    draw();
  };
  const heads = columns.map((column) => {
    const head = h("span", { role: "columnheader", class: column.number && "number" }, h("button", { type: "button", onclick: () => {
      down = by === column ? !down : Boolean(column.number);
      by = column;
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      refresh();
    } }, capital(column.head)));
    return head;
  });
  window_.addEventListener("scroll", () => requestAnimationFrame(draw), { passive: true });
  addEventListener("resize", draw);
  addEventListener("beforeprint", () => put(0, Math.min(list.length, 200)));
  addEventListener("afterprint", draw);
  const box = h("div", { class: "list", role: "table" }, h("div", { class: "head", role: "row" }, heads), window_);
  requestAnimationFrame(refresh);
  return { box, refresh };
}

// A bar a volume, a part of it a class. Rows: { name, parts: [{ severity, label, count }] }.
function bars(rows) {
  const most = Math.max(1, ...rows.map((row) => row.parts.reduce((sum, part) => sum + part.count, 0)));
  const width = 900, left = 190, gap = 26;
  const drawing = svg("svg", { viewBox: "0 0 " + width + " " + (rows.length * gap + 4), role: "img", "aria-label": t("chart") });
  rows.forEach((row, index) => {
    const y = index * gap + 3;
    const name = shown(row.name);
    drawing.append(svg("text", { x: left - 8, y: y + 14, "text-anchor": "end" }, name.length > 26 ? "…" + name.slice(-25) : name));
    let x = left;
    const total = row.parts.reduce((sum, part) => sum + part.count, 0);
    for (const part of row.parts) {
      const wide = part.count / most * (width - left - 90);
      if (wide <= 0) continue;
      drawing.append(svg("rect", { x, y, width: Math.max(wide, 1), height: 18, class: "fill" + part.severity }, svg("title", {}, part.label + ": " + number(part.count))));
      x += Math.max(wide, 1);
    }
    drawing.append(svg("text", { x: x + 6, y: y + 14, class: "faint" }, number(total)));
  });
  return drawing;
}
