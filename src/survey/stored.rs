//! The records of a state folder, told as those of a scan file: for each volume its newest run, and what is kept of its items.

use super::holdings::Holdings;
use super::intake::{IntakeError, Listener};
use super::record::{Finding, Group, Head, Item, Place, Sample, Summary};
use crate::finding::Confidence;
use crate::policy::{Class, hex};
use crate::store::{FindingFilter, Reader, StoreError, StoredFinding, StoredItem, StoredRun, time_text};
use std::collections::BTreeMap;
use std::path::Path;

/// Rows that are read at a time.
const ROWS: u32 = 1_000;

/// Items of a volume that were not read in full, which are named among its sums.
const GAPS_NAMED: u32 = 100;

/// Tells what a store keeps. Names of owners come from `owner`; relative roots lie below `base`.
///
/// # Errors
///
/// The store, or the listener.
pub fn read(
    store: &Reader, base: &Path, owner: impl Fn(u32) -> String, listener: &mut dyn Listener,
) -> Result<(), IntakeError> {
    for volume in store.volumes().map_err(failed)? {
        let Some(run) = volume.last else { continue };
        let summary = summary(store, &volume.name, &run)?;
        listener.head(head(&run, base))?;
        let mut after = 0;
        loop {
            let items = store.items(&volume.name, after, ROWS).map_err(failed)?;
            let Some(last) = items.last() else { break };
            after = last.id;
            for item in &items {
                tell(store, item, &owner, listener)?;
            }
        }
        if let Some(summary) = summary {
            listener.summary(summary)?;
        }
    }
    Ok(())
}

/// Adds up what a store keeps by its own sums, without looking at single findings: fast, and without places and samples.
///
/// # Errors
///
/// The store.
pub fn sums(store: &Reader, base: &Path, holdings: &mut Holdings<'_>) -> Result<(), IntakeError> {
    let (kinds, gaps) = (store.kinds().map_err(failed)?, store.gaps().map_err(failed)?);
    for volume in store.volumes().map_err(failed)? {
        let Some(run) = volume.last else { continue };
        let head = head(&run, base);
        // Paths that were named on the command line have no volume of their own.
        let own = head.roots.first().filter(|_| volume.name.is_empty()).map(|root| holdings.volume_of(root));
        let id = own.unwrap_or_else(|| volume.name.clone());
        holdings.head(head)?;
        for kind in kinds.iter().filter(|kind| kind.volume == volume.name) {
            holdings.add_sum(&id, &kind.detector, &kind.category, kind.by_confidence, kind.items);
        }
        for gap in gaps.iter().filter(|gap| gap.volume == volume.name) {
            holdings.add_gaps(&id, &gap.reason, gap.items);
        }
        for item in store.items_with_gaps(&volume.name, GAPS_NAMED).map_err(failed)? {
            holdings.name_gap(&id, &as_item(&item, item.owner_uid.map(|user| user.to_string())));
        }
        if let Some(summary) = summary(store, &volume.name, &run)? {
            holdings.summary(summary)?;
        }
    }
    let open = store.open_items(Class::Ordinary.severity()).map_err(failed)?;
    holdings.open_total = open.iter().map(|(_, items)| items).sum();
    holdings.modes_known = true;
    holdings.close();
    Ok(())
}

fn failed(error: StoreError) -> IntakeError {
    IntakeError::Io(std::io::Error::other(error))
}

/// How the run ended. A run of the service may have looked at a part of its volume, and hands large files on: what there is,
/// how it ended and who may read it is asked of the items that are kept.
fn summary(store: &Reader, volume: &str, run: &StoredRun) -> Result<Option<Summary>, IntakeError> {
    let parsed = run.summary.as_deref().and_then(|text| serde_json::from_str::<Summary>(text).ok());
    let Some(mut summary) = parsed else { return Ok(None) };
    if !summary.items.contains_key("scanned_full") {
        let states = store.states(volume).map_err(failed)?;
        summary.items.insert("listed".to_owned(), states.iter().map(|(_, items)| items).sum());
        summary.items.extend(states);
        summary.world_readable_strong = store.open_strong(volume).map_err(failed)?;
    }
    Ok(Some(summary))
}

fn head(run: &StoredRun, base: &Path) -> Head {
    let roots: Vec<String> = serde_json::from_str(&run.roots).unwrap_or_default();
    Head {
        version: run.version.clone(),
        run: run.run.clone(),
        started: time_text(run.started_ms),
        rules: run.rules.clone(),
        roots: roots.iter().map(|root| base.join(root).to_string_lossy().into_owned()).collect(),
        min_confidence: run.min_confidence.clone(),
        key: "file".to_owned(),
    }
}

/// An item: its findings, what was only counted, its end.
fn tell(
    store: &Reader, item: &StoredItem, owner: &impl Fn(u32) -> String, listener: &mut dyn Listener,
) -> Result<(), IntakeError> {
    let place = as_place(item);
    let filter = FindingFilter { item: Some(item.id), ..FindingFilter::default() };
    let mut told = BTreeMap::<(String, String), [u64; 3]>::new();
    let mut after = 0;
    loop {
        let findings = store.findings(&filter, after, ROWS).map_err(failed)?;
        let Some(last) = findings.last() else { break };
        after = last.id;
        for finding in &findings {
            let levels = told.entry((finding.detector.clone(), finding.category.clone())).or_default();
            if let Some(count) = levels.get_mut(finding.confidence as usize) {
                *count += 1;
            }
            listener.finding(&as_record(finding, &place))?;
        }
    }
    // Technical kinds are counted, not kept; and of very many findings the store keeps the first.
    for tally in store.tallies(item.id).map_err(failed)? {
        let listed = told.remove(&(tally.detector.clone(), tally.category.clone())).unwrap_or_default();
        let left: Vec<u64> =
            tally.by_confidence.iter().zip(listed).map(|(all, listed)| all.saturating_sub(listed)).collect();
        let count = left.iter().sum();
        if count == 0 {
            continue;
        }
        let levels = Confidence::ALL.into_iter().zip(left).filter(|(_, count)| *count > 0);
        listener.group(
            &place,
            &Group {
                detector: tally.detector,
                category: tally.category,
                count,
                distinct: tally.distinct.min(count),
                distinct_estimated: tally.estimated,
                confidence: levels.map(|(level, count)| (level.name().to_owned(), count)).collect(),
                samples: Vec::<Sample>::new(),
                ..Group::default()
            },
        )?;
    }
    listener.item(&as_item(item, item.owner_uid.map(owner)))?;
    Ok(())
}

fn as_place(item: &StoredItem) -> Place {
    Place { path: item.path.to_string_lossy().into_owned(), path_b64: None, member: item.member.clone() }
}

fn as_item(item: &StoredItem, owner: Option<String>) -> Item {
    Item {
        place: as_place(item),
        state: item.state.clone(),
        reason: item.reason.clone(),
        accepted: false,
        mode: item.mode.map(|mode| format!("{:04o}", mode & 0o7777)),
        owner,
        found: Vec::new(),
    }
}

fn as_record(finding: &StoredFinding, place: &Place) -> Finding {
    let (start, end) = finding.place.bounds();
    Finding {
        id: None,
        detector: finding.detector.clone(),
        category: finding.category.clone(),
        place: place.clone(),
        at: finding.at.clone(),
        start,
        end,
        span: finding.place.kind().to_owned(),
        line: finding.line_column.map(|(line, _)| line),
        column: finding.line_column.map(|(_, column)| column),
        confidence: finding.confidence.name().to_owned(),
        masked: finding.masked.clone(),
        fingerprint: Some(hex(&finding.fingerprint)),
    }
}
