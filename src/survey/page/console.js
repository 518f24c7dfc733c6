// The service's page: asks the service, shows what it says. The token stays in this tab.
const page = JSON.parse(document.getElementById("data").textContent);
words = page.words;
lang = localStorage.getItem("elek.lang") || page.lang;
const STATUS_EVERY = 5000;
const REPORT_EVERY = 60000;
const PAGE_ROWS = 100;

const known = { service: null, jobs: [], after: 0, holds: null, decisions: null, log: null, findings: null, next: null, error: null };
const filter = { volume: "", category: "", min_confidence: "", path: "" };
let token = sessionStorage.getItem("elek.token") || "";
let drawn = 0;

function theme(next) {
  const root = document.documentElement;
  if (next) root.dataset.theme = next; else delete root.dataset.theme;
  if (next) localStorage.setItem("elek.theme", next); else localStorage.removeItem("elek.theme");
}
theme(localStorage.getItem("elek.theme"));

// Asks the service; an answer that is no success is an error with its status and code.
async function ask(path, options = {}) {
  const headers = { ...(token ? { Authorization: "Bearer " + token } : {}), ...(options.body ? { "Content-Type": "application/json" } : {}) };
  const answer = await fetch(path, { ...options, headers, cache: "no-store", credentials: "omit", redirect: "error" });
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw Object.assign(new Error(said.detail || said.error || String(answer.status)), { status: answer.status, said });
  return said;
}

// What each role may ask; what it may not see is left out of the page.
const MAY = {
  jobs: ["operator", "processor"], overview: ["operator"], findings: ["operator"], holds: ["operator", "auditor"], decisions: ["operator", "auditor"], approve: ["operator"],
};
const may = (what) => Boolean(known.service) && MAY[what].includes(known.service.role);

const query = (values) => new URLSearchParams(Object.entries(values).filter(([, value]) => value !== "" && value !== null && value !== undefined)).toString();

// Jobs come oldest first; from the second time on only the newest and those that are not done are asked for.
async function refreshJobs() {
  const jobs = [];
  for (let after = known.after, pages = 0; after !== null && pages < 100; pages += 1) {
    const answer = await ask("/v1/jobs?" + query({ limit: 1000, after }));
    jobs.push(...answer.jobs);
    after = answer.next;
  }
  const open = jobs.find((job) => job.state === "queued" || job.state === "running");
  const kept = jobs.slice(-20)[0];
  known.after = Math.max(known.after, Math.min(open ? open.id : Infinity, kept ? kept.id : 1) - 1);
  known.jobs = jobs.reverse();
}

async function refreshStatus() {
  try {
    known.service = await ask("/v1/status");
    if (may("jobs")) await refreshJobs();
    known.error = null;
  } catch (error) {
    known.error = error;
  }
  update();
}

async function refreshReport() {
  try {
    if (may("overview")) use(await ask("/v1/reports/overview"));
    known.holds = may("holds") ? (await ask("/v1/approvals")).holds : null;
    known.decisions = may("decisions") ? (await ask("/v1/decisions")).decisions : null;
    known.error = null;
  } catch (error) {
    known.error = error;
  }
  draw();
}

async function refreshFindings(more) {
  if (!may("findings")) { known.findings = null; return; }
  const answer = await ask("/v1/findings?" + query({ ...filter, limit: PAGE_ROWS, after: more ? known.next : "" }));
  known.findings = more ? [...(known.findings || []), ...answer.findings] : answer.findings;
  known.next = answer.next;
  draw("findings");
}

choose = (volume, category) => {
  Object.assign(filter, { volume, category, min_confidence: "", path: "" });
  refreshFindings(false).then(() => document.getElementById("findings").scrollIntoView()).catch(failed);
};

function failed(error) {
  known.error = error;
  draw();
}

function head() {
  document.title = "elek · " + t("service");
  const themes = [["", t("theme_auto")], ["light", t("theme_light")], ["dark", t("theme_dark")]];
  const now = document.documentElement.dataset.theme || "";
  return h("header", {}, h("h1", {}, "elek · " + t("service")),
    known.error ? h("span", { class: "pill bad", role: "alert" }, t(known.error.status === 401 ? "sign_in_needed" : "unreachable")) : h("span", { class: "pill good", role: "status" }, t("running")),
    report ? pills() : null,
    Array.isArray(known.holds) && h("a", { class: "pill " + (known.holds.length ? "warn" : "good"), href: "#holds" }, t("holds") + ": " + number(known.holds.length)),
    h("span", { class: "controls" },
      languagePicker((code) => { lang = code; localStorage.setItem("elek.lang", code); draw(); document.getElementById("lang").focus(); }),
      h("select", { "aria-label": t("theme"), id: "theme", onchange: (event) => theme(event.target.value) }, themes.map(([value, text]) => h("option", { value, selected: value === now }, text))),
      token ? h("button", { type: "button", onclick: () => { sessionStorage.removeItem("elek.token"); location.reload(); } }, t("sign_out")) : null));
}

function signIn() {
  const input = h("input", { type: "password", autocomplete: "off", required: true, "aria-label": t("token") });
  return section("sign-in", t("sign_in"), token && h("p", { class: "bad", role: "alert" }, t("token_wrong")), h("p", { class: "faint" }, t("token_hint")), h("form", { class: "filters", onsubmit: (event) => {
    event.preventDefault();
    token = input.value.trim();
    sessionStorage.setItem("elek.token", token);
    start();
  } }, input, h("button", {}, t("sign_in"))));
}

// What is running and how far.
function running() {
  const service = known.service;
  if (!service) return null;
  const state = (row) => {
    if (row.error) return h("span", { class: "bad" }, row.error);
    if (row.walking) return [h("progress", { "aria-label": t("walking") }), h("div", { class: "faint" }, t("walking"))];
    return row.walked ? h("span", { class: row.walked.everything_listed ? "good" : "warn" }, date(row.walked.at) + " · " + Math.round(row.walked.seconds) + " " + t("seconds")) : h("span", { class: "faint" }, "–");
  };
  const waiting = service.waiting || {};
  return section("running", t("now"), h("p", {}, t("waiting", { walks: number(waiting.walks || 0), paths: number(waiting.paths || 0), logs: number(waiting.logs || 0) }) + " · " + bytes(service.bytes || 0)),
    table([
      { head: t("head_volume"), class: "path", key: (row) => row.name, cell: (row) => row.name },
      { head: t("watching"), key: (row) => row.watch || "", cell: (row) => [t("watch." + (row.watch || "off")), row.why && h("div", { class: "faint" }, row.why)] },
      { head: t("last_walk"), cell: state },
    ], service.volumes || []),
    known.jobs.length > 0 && table([
      { head: t("job"), number: true, cell: (row) => String(row.id) },
      { head: t("head_volume"), class: "path", cell: (row) => row.volume },
      { head: t("head_state"), cell: (row) => h("span", { class: { done: "good", failed: "bad", running: "warn" }[row.state] }, t("job." + row.state)) },
      { head: t("created"), cell: (row) => date(row.created) },
    ], known.jobs.slice(0, 20)));
}

// Why a decision is what it is: a reason of the gate, or one of reading.
function because(row) {
  const names = ["because." + row.reason_code, "reason." + row.reason_code];
  const name = names.find((one) => one in words[lang]);
  return name ? words[lang][name] : row.reason_code || "";
}

function holds() {
  if (!known.holds) return null;
  if (known.holds.length === 0) return section("holds", t("holds"), h("p", { class: "good" }, t("no_holds")));
  const found = (hold) => Object.entries(hold.findings || {}).map(([id, count]) => h("div", {}, (page.categories[id] ? page.categories[id][lang] : id) + ": " + number(count)));
  return section("holds", t("holds"), table([
    { head: t("record"), number: true, key: (row) => row.seq, cell: (row) => String(row.seq) },
    { head: t("created"), key: (row) => row.time, cell: (row) => date(row.time) },
    { head: t("destination"), key: (row) => row.destination, cell: (row) => row.destination },
    { head: t("head_where"), class: "path", key: (row) => row.object, cell: (row) => [row.object, h("div", { class: "id" }, row.sha256)] },
    { head: t("head_category"), cell: found },
    { head: t("head_reason"), cell: (row) => [because(row), ...(row.raised || [])].join(", ") },
    ...(may("approve") ? [{ head: "", cell: (row) => h("button", { type: "button", onclick: () => approve(row) }, t("approve")) }] : []),
  ], known.holds, { limit: 200 }));
}

function approve(hold) {
  const role = h("input", { required: true, value: "dpo", "aria-label": t("role") });
  const reason = h("textarea", { required: true, "aria-label": t("reason") });
  const hours = h("input", { type: "number", min: "1", max: "8760", value: "24", required: true, "aria-label": t("hours") });
  const wrong = h("p", { class: "bad", role: "alert" });
  const close = () => { dialog.close(); dialog.remove(); };
  const dialog = h("dialog", { "aria-labelledby": "approve-title" }, h("form", { onsubmit: async (event) => {
    event.preventDefault();
    try {
      await ask("/v1/approvals", { method: "POST", body: JSON.stringify({ seq: hold.seq, role: role.value, reason: reason.value, hours: Number(hours.value) }) });
      close();
      refreshReport();
    } catch (error) {
      wrong.textContent = t("refused") + ": " + error.message;
    }
  } }, h("h2", { id: "approve-title" }, t("approve") + " · " + hold.seq + " → " + hold.destination), h("p", { class: "path" }, hold.object),
    h("p", {}, h("label", {}, t("role"), " ", role)), h("p", {}, h("label", {}, t("reason"), reason)), h("p", {}, h("label", {}, t("hours"), " ", hours)), wrong,
    h("p", { class: "filters" }, h("button", {}, t("approve")), h("button", { type: "button", onclick: close }, t("cancel")))));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  reason.focus();
}

function findings() {
  if (!known.findings) return null;
  const set = (key) => (event) => { filter[key] = event.target.value; refreshFindings(false).catch(failed); };
  const option = (value, text, chosen) => h("option", { value, selected: value === chosen }, text);
  const any = (label) => h("option", { value: "" }, label + ": " + t("all"));
  const volumes = report ? report.volumes.map((volume) => volume.id) : [];
  const listed = report ? report.categories : [];
  return section("findings", t("findings"), h("div", { class: "filters" },
    h("input", { type: "search", value: filter.path, placeholder: t("path"), "aria-label": t("path"), onchange: set("path") }),
    h("select", { "aria-label": t("head_volume"), onchange: set("volume") }, any(t("head_volume")), volumes.map((id) => option(id, shown(id), filter.volume))),
    h("select", { "aria-label": t("head_category"), onchange: set("category") }, any(t("head_category")), listed.map((category) => option(category.id, category.names[lang], filter.category))),
    h("select", { "aria-label": t("head_confidence"), onchange: set("min_confidence") }, any(t("head_confidence")), ["medium", "high"].map((level, index) => option(level, "≥ " + t("level." + (index + 1)), filter.min_confidence)))),
    table([
      { head: t("head_category"), cell: (row) => [severity(worstOf(row.category)), page.categories[row.category] ? page.categories[row.category][lang] : row.category] },
      { head: t("head_where"), class: "path", cell: place },
      { head: t("head_volume"), class: "path", cell: (row) => row.volume || "" },
      { head: t("head_confidence"), cell: (row) => t("level." + ["low", "medium", "high"].indexOf(row.confidence)) },
      { head: t("head_sample"), class: "mask", cell: (row) => row.masked },
    ], known.findings, { tall: true }),
    known.next && h("p", {}, h("button", { type: "button", onclick: () => refreshFindings(true).catch(failed) }, t("next"))));
}

const worstOf = (id) => (page.categories[id] ? page.categories[id].severity : 0);

function decisions() {
  if (!known.decisions) return null;
  const log = known.log;
  const verdict = log && h("p", { class: log.whole ? "good" : "bad", role: "status" }, log.whole
    ? t("log_whole", { records: number(log.records), decisions: number(log.decisions), signed: number(log.signed_until) })
    : t("log_broken", { line: number(log.line), why: log.why }));
  return section("decisions", t("decisions"), h("p", { class: "filters" }, h("button", { type: "button", id: "verify", onclick: async () => {
    try {
      known.log = { whole: true, ...(await ask("/v1/decisions/verify")) };
    } catch (error) {
      if (error.status !== 404 && error.status !== 409) return failed(error);
      // Without a single decision there is no log.
      known.log = error.status === 404 ? { whole: true, records: 0, decisions: 0, signed_until: 0 } : { whole: false, ...error.said };
    }
    draw("decisions");
    document.getElementById("verify").focus();
  } }, t("verify"))), verdict, table([
    { head: t("record"), number: true, key: (row) => row.seq, cell: (row) => String(row.seq) },
    { head: t("created"), key: (row) => row.time, cell: (row) => date(row.time) },
    { head: t("destination"), key: (row) => row.destination, cell: (row) => row.destination },
    { head: t("head_verdict"), key: (row) => row.decision, cell: (row) => h("span", { class: { allow: "good", redact: "good", approve: "good", hold: "warn", deny: "bad" }[row.decision] }, row.decision.toUpperCase()) },
    { head: t("head_where"), class: "path", key: (row) => row.object, cell: (row) => row.object },
    { head: t("head_reason"), key: because, cell: because },
  ], known.decisions, { limit: 50 }));
}

const SECTIONS = {
  coverage: () => report && coverage(), running, tiles: () => report && tiles(), holds, matrix: () => report && matrix(), chart: () => report && chart(),
  verdicts: () => report && verdicts(), readers: () => report && readers(), findings, decisions, advice: () => report && advice(),
};

// Draws all of it, or one section in place.
function draw(only) {
  document.documentElement.lang = lang;
  const old = only && document.getElementById(only);
  if (old) {
    const fresh = SECTIONS[only]();
    if (fresh) old.replaceWith(fresh);
    return;
  }
  const needed = known.error && known.error.status === 401;
  const body = needed ? [signIn()] : Object.values(SECTIONS).map((make) => make()).filter(Boolean);
  const open = document.querySelector("dialog");
  const focus = document.activeElement && document.activeElement.id;
  const top = scrollY;
  document.body.replaceChildren(...[head(), h("main", {}, body), h("footer", {}, h("p", {}, t("hint")), known.service && h("p", {}, "elek " + known.service.version + " · ", h("code", {}, known.service.rules)))].filter(Boolean));
  if (open) document.body.append(open);
  if (focus) document.getElementById(focus)?.focus();
  scrollTo(0, drawn ? top : 0);
  drawn += 1;
}

// What changes from moment to moment, without touching what somebody is reading.
function update() {
  if (!drawn || !document.getElementById("running") || known.error) return draw();
  document.querySelector("header").replaceWith(head());
  document.getElementById("running").replaceWith(running());
}

async function start() {
  if (page.token_needed && !token) {
    known.error = { status: 401 };
    return draw();
  }
  await refreshStatus();
  if (known.error) return;
  await refreshReport();
  if (!known.error) await refreshFindings(false).catch(failed);
}

start();
setInterval(() => { if (known.error && known.error.status === 401) return; if (!document.hidden && !document.querySelector("header :focus")) refreshStatus(); }, STATUS_EVERY);
setInterval(() => { if (known.error) return; if (!document.hidden && !document.querySelector("dialog") && !document.querySelector("main :focus")) refreshReport(); }, REPORT_EVERY);
