//! `elek redact`: a copy without personal data, or, with its map, the way back.

use super::apart::apart;
use super::args::{Common, Making, Redact};
use super::failure::Failure;
use super::judging::{self, Judging};
use super::scan;
use super::settings::{Profile, Settings};
use super::signals;
use anyhow::anyhow;
use elek::gate::{Assessment, Evidence, Group, Intake, Object, Reason, Sieve, Wishes};
use elek::lang::{Message, Noun};
use elek::policy::{Cell, Policy, sha256_name};
use elek::read::Reader;
use elek::redact::{Format, KEY_PURPOSE, Map, Method, Plan, restore};
use elek::report::escape;
use elek::report::key::{Key, KeyOrigin};
use elek::report::outcome::Code;
use elek::report::output::Output;
use elek::source::{Handle, Item};
use elek::taxonomy::Category;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::Path;
use std::sync::atomic::AtomicBool;

/// Runs a redaction.
pub(crate) fn run(common: &Common, arguments: &Redact) -> Result<Code, Failure> {
    let mut settings = Settings::load(common, None)?;
    settings.running(&arguments.running)?;
    settings.permit("see content", &[Profile::Operator])?;
    let lang = settings.lang();
    let wishes = Wishes { no_floor: true, ..wishes(&arguments.making)? };
    outputs_apart(&[Some(&arguments.file)], arguments.output.as_deref(), &arguments.making, arguments.restore)?;
    judging::whole(common, "a copy is made", "leave it out: every value that is found is replaced")?;
    let Judging { catalog, options } = Judging::new(&settings)?;
    let key = scan::load_key(&settings)?;
    let stop = stop_flag()?;
    let mut output = open_output(arguments.output.as_deref())?;
    let copies = copies(&settings, arguments.output.as_deref());
    let sieve = Sieve { catalog: &catalog, options, key: key.bytes(), intake: copies, stop: &stop, share: None };
    let known = if arguments.restore { Some(read_map(&arguments.making, &key)?) } else { None };
    let mut map_output = map_output(&arguments.making, &key, arguments.restore)?;
    let mut manifest = manifest_output(&arguments.making)?;

    let refused = |reason: Reason| {
        super::note(&lang.format(Message::RedactRefused, &[("reason", reason.text(lang))]));
        Ok(if reason == Reason::Scan(elek::problem::Reason::Internal) { Code::Internal } else { Code::Incomplete })
    };
    let object = match Object::open(&Reader::new(), &item(&arguments.file), &intake(&settings), &stop) {
        Ok(object) => object,
        Err(reason) => return refused(reason),
    };
    if let Some(map) = known {
        let restored = restore(object.bytes().as_ref(), &map, |piece| output.write_all(piece)).map_err(write_failed)?;
        output.commit().map_err(write_failed)?;
        if !common.quiet {
            super::note(&lang.format(Message::RestoreDone, &[("values", &lang.counted(restored.known, Noun::Value))]));
            if restored.unknown > 0 {
                super::note(&lang.format(Message::GateInvented, &[("count", &lang.number(restored.unknown))]));
            }
        }
        return Ok(Code::Ok);
    }
    let evidence = sieve.scan(&object, "");
    if let Some(reason) = evidence.incomplete() {
        return refused(reason);
    }
    let policy = settings.policy();
    let all = everything(policy, &evidence);
    let copied = sieve.copy(&object, &evidence, &all, &wishes, &mut |again| everything(policy, again));
    let copy = match copied {
        Ok(copy) => copy,
        Err(reason) => {
            let refused = refused(reason);
            if reason == Reason::NotRewritable {
                super::note(&format!("hint: {}", instead(&object)));
            }
            return refused;
        }
    };
    copy.object.each(|piece| output.write_all(piece)).map_err(write_failed)?;
    if let (Some((output, key)), Some(map)) = (&mut map_output, &copy.map) {
        write_map(output, map, key).map_err(write_failed)?;
    }
    if let Some(manifest) = &mut manifest {
        let text = describe(&object, &copy.object, &copy.plan, wishes.keep_map);
        manifest.write_all(text.as_bytes()).map_err(write_failed)?;
    }
    for own in map_output.map(|(output, _)| output).into_iter().chain(manifest) {
        own.commit().map_err(write_failed)?;
    }
    output.commit().map_err(write_failed)?;
    let values: u64 = copy.plan.treated.values().flat_map(|treated| treated.methods.values()).sum();
    if !common.quiet {
        super::note(&lang.format(Message::RedactDone, &[("values", &lang.counted(values, Noun::Value))]));
    }
    Ok(Code::Ok)
}

/// What to do about content that cannot be rewritten where it stands.
fn instead(object: &Object) -> &'static str {
    match Format::sniff(object.bytes().as_ref()) {
        Ok((Format::Mail, _)) => {
            "a value stands in a document, archive or picture that is attached to the message, or in a form of text that cannot be \
             rewritten; save that part and redact it by itself, or leave it out"
        }
        _ => {
            "text, logs, CSV, JSON, XML, HTML, SQL and mail can be rewritten, containers and documents cannot; save it as one of \
             these, or redact what is inside by itself"
        }
    }
}

/// Every value is to be replaced but those that the taxonomy leaves alone: facts of organisations.
fn everything(policy: &Policy, evidence: &Evidence) -> Assessment {
    let mut groups: Vec<Group> = Vec::new();
    let mut by_kind: BTreeMap<usize, usize> = BTreeMap::new();
    let group_of = evidence
        .found
        .iter()
        .map(|found| {
            *by_kind.entry(found.kind).or_insert_with(|| {
                let kind = evidence.kind(found);
                let category = kind.map_or("", |kind| &*kind.category).to_owned();
                let class = policy.class(&category, kind.map_or("secret", |kind| &*kind.gate_class));
                let stays = Category::find(&category).is_some_and(|known| known.redact == "none");
                let cell = if stays { Cell::Allow } else { Cell::Redact };
                groups.push(Group { category, class, cell, undeclared: false, count: 0, distinct: 0 });
                groups.len() - 1
            })
        })
        .collect();
    Assessment {
        decision: groups.iter().map(|group| group.cell).max().unwrap_or(Cell::Allow),
        reason: Reason::Matrix,
        groups,
        group_of,
        raised: Vec::new(),
        failed: Vec::new(),
        overridden: Vec::new(),
    }
}

/// What a copy lost, and what of it can come back.
pub(crate) fn describe(object: &Object, copy: &Object, plan: &Plan, kept: bool) -> String {
    let treated: BTreeMap<&str, &BTreeMap<&'static str, u64>> =
        plan.treated.iter().map(|(category, treated)| (category.as_str(), &treated.methods)).collect();
    manifest(&sha256_name(object.sha256()), &sha256_name(copy.sha256()), plan.format.name(), &treated, kept)
}

/// A manifest as text.
pub(crate) fn manifest(
    object: &str, copy: &str, format: &str, treated: &BTreeMap<&str, &BTreeMap<&'static str, u64>>, kept: bool,
) -> String {
    let categories: Vec<_> = treated
        .iter()
        .map(|(category, methods)| json!({"category": category, "methods": methods, "can_come_back": kept}))
        .collect();
    let methods: BTreeSet<&str> = treated.values().flat_map(|methods| methods.keys().copied()).collect();
    let document = json!({
        "schema": "elek.redaction/1",
        "object": object,
        "copy": copy,
        "format": format,
        "status": if kept { "pseudonymised" } else { "removed" },
        "map": if kept { "kept" } else { "none" },
        "methods": methods,
        "categories": categories,
        "rescan": "clean",
        "statement": if kept {
            "Values were replaced; whoever has the map and its key can put them back. The copy is still personal data."
        } else {
            "Values were replaced and nothing that could put them back was kept."
        },
    });
    format!("{document:#}\n")
}

pub(crate) fn item(path: &Path) -> Item {
    if path.as_os_str() == "-" { Item::stdin() } else { Item { handle: Handle::LinkedPath, ..Item::file(path) } }
}

pub(crate) fn stop_flag() -> Result<std::sync::Arc<AtomicBool>, Failure> {
    signals::survive_file_limit()
        .and_then(|()| signals::stop_flag())
        .map_err(|error| Failure::internal(anyhow::Error::new(error).context("cannot receive signals")))
}

/// How content is taken in.
pub(crate) fn intake(settings: &Settings) -> Intake {
    Intake { memory_bytes: settings.spool_memory(), spool: settings.path("spool") }
}

/// Where copies are made: one too large for memory lies beside the output, encrypted, until it is put in place.
pub(crate) fn copies(settings: &Settings, output: Option<&Path>) -> Intake {
    let beside = || {
        let folder = output?.parent()?;
        Some(if folder.as_os_str().is_empty() { Path::new(".") } else { folder }.to_owned())
    };
    let intake = intake(settings);
    Intake { spool: intake.spool.clone().or_else(beside), ..intake }
}

pub(crate) fn open_output(path: Option<&Path>) -> Result<Output, Failure> {
    Output::open(path).map_err(|error| {
        let path = path.unwrap_or(Path::new("-")).display();
        Failure::usage(anyhow::Error::new(error).context(format!("cannot write to `{path}`")))
    })
}

pub(crate) fn wishes(making: &Making) -> Result<Wishes, Failure> {
    let method = match &making.method {
        None => None,
        Some(name) => match Method::from_name(name).filter(|method| *method != Method::None) {
            None => {
                let error = anyhow!("`{name}` is no method of redaction");
                return Err(Failure::usage(error).hint("placeholder, remove, generalize, mask"));
            }
            method => method,
        },
    };
    let keep_map = making.map.is_some();
    Ok(Wishes { method, keep_map, wants_map: keep_map, no_floor: false })
}

/// Refuses outputs that would take the place of what is read, or of each other; a map is one or the other.
pub(crate) fn outputs_apart(
    read: &[Option<&Path>], output: Option<&Path>, making: &Making, reads_map: bool,
) -> Result<(), Failure> {
    let map = making.map.as_deref();
    let written = [("-o", output), ("--map", map.filter(|_| !reads_map)), ("--manifest", making.manifest.as_deref())];
    apart(read.iter().copied().chain([map.filter(|_| reads_map)]).flatten(), &written)
}

/// A map that is to be kept, and the key it is closed with. A map belongs to one copy: none that is there is replaced.
pub(crate) fn map_output(making: &Making, key: &Key, reads: bool) -> Result<Option<(Output, [u8; 32])>, Failure> {
    let Some(path) = making.map.as_deref().filter(|_| !reads) else { return Ok(None) };
    if fs::metadata(path).is_ok_and(|known| known.is_file() && known.len() > 0) {
        return Err(Failure::usage(anyhow!(
            "the map `{}` is there already, and a map belongs to one copy",
            escape::path(path)
        ))
        .hint("name another file, or remove it if nothing is to be put back with it any more"));
    }
    check_key(key)?;
    Ok(Some((open_output(Some(path))?, key.derive(KEY_PURPOSE))))
}

fn check_key(key: &Key) -> Result<(), Failure> {
    if key.origin() == KeyOrigin::Ephemeral {
        let error = anyhow!("a map needs a key that is kept");
        return Err(Failure::usage(error).hint("name one with --key-file"));
    }
    Ok(())
}

pub(crate) fn write_map(output: &mut Output, map: &Map, key: &[u8; 32]) -> io::Result<()> {
    let mut nonce = [0; 12];
    File::open("/dev/urandom")?.read_exact(&mut nonce)?;
    output.write_all(&map.seal(key, nonce)?)?;
    output.sync()
}

pub(crate) fn read_map(making: &Making, key: &Key) -> Result<Map, Failure> {
    check_key(key)?;
    let path = making.map.as_deref().unwrap_or(Path::new("-"));
    let cannot = format!("cannot use the map `{}`", escape::path(path));
    let unusable = |error: anyhow::Error, hint: &str| Failure::usage(error.context(cannot.clone())).hint(hint);
    let bytes = fs::read(path)
        .map_err(|error| unusable(error.into(), "it is the file that --map named when the copy was made"))?;
    Map::open(&bytes, &key.derive(KEY_PURPOSE))
        .map_err(|error| unusable(error.into(), "it opens with the key that it was made with (--key-file)"))
}

pub(crate) fn manifest_output(making: &Making) -> Result<Option<Output>, Failure> {
    making.manifest.as_deref().map(|path| open_output(Some(path))).transpose()
}

fn write_failed(error: io::Error) -> Failure {
    Failure::internal(anyhow::Error::new(error).context("cannot write the copy"))
}
