//! Parquet: the rows of a table with the names of its columns, and what the file says about itself.
//!
//! Nested columns are columns of their own, named by their path; several values of one row stand in one cell. What is
//! no text becomes a member. A column that cannot be read leaves its cells empty, and is told.

use super::cells::{COLUMNS, NAME_CHARS, ROW_BYTES, decimal, number, of_bytes, shortened};
use super::wire::{Out, Told};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use parquet::basic::{ConvertedType, LogicalType, TimeUnit};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{AsBytes, DataType, Int96};
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, RowGroupReader, SerializedFileReader};
use parquet::schema::types::{ColumnDescPtr, ColumnDescriptor};
use std::io::{self, Write};

/// Rows that are read at once.
const BATCH_ROWS: usize = 512;
/// Days from the beginning of the Julian count to 1970.
const JULIAN_1970: i64 = 2_440_588;
/// Seconds of a day.
const DAY_SECONDS: i64 = 86_400;

pub(super) fn read<W: Write>(bytes: Vec<u8>, out: &mut Out<W>) -> io::Result<()> {
    if bytes.ends_with(b"PARE") {
        return out.told(Told::Encrypted);
    }
    let Ok(file) = SerializedFileReader::new(bytes::Bytes::from(bytes)) else { return out.told(Told::DamagedTable) };
    let about = file.metadata().file_metadata();
    out.text()?;
    out.place("properties")?;
    let pairs = about.key_value_metadata().into_iter().flatten();
    let pairs = pairs.map(|pair| (pair.key.as_str(), pair.value.as_deref().unwrap_or_default()));
    for (key, value) in pairs.chain(about.created_by().map(|by| ("created by", by))) {
        out.words(&format!("{key}: {value}\n"))?;
    }
    out.end()?;
    let columns: Vec<_> = about.schema_descr().columns().iter().map(Column::new).collect();
    let names: Vec<String> = columns.iter().map(|column| column.name.clone()).collect();
    if columns.len() <= COLUMNS {
        out.table(&names)?;
    } else {
        out.text()?;
    }
    out.row(&names)?;
    let mut read = Read { told: None, members: vec![false; columns.len()] };
    read.groups(&file, &columns, |first, rows| {
        for (i, row) in (first..).zip(rows) {
            out.place(&format!("row {i}"))?;
            out.row(&row.into_iter().map(Cell::into_text).collect::<Vec<_>>())?;
        }
        Ok(())
    })?;
    out.end()?;
    if read.members.contains(&true) {
        let only = std::mem::take(&mut read.members);
        let mut again = Read { told: None, members: vec![false; columns.len()] };
        let with: Vec<_> =
            columns.into_iter().zip(only).map(|(column, is)| Column { skipped: !is, ..column }).collect();
        again.groups(&file, &with, |first, rows| {
            for (i, row) in (first..).zip(rows) {
                for (cell, column) in row.iter().zip(&with) {
                    if let Cell::Member(bytes) = cell {
                        out.member(&format!("{}[{i}]", column.name))?;
                        out.bytes(bytes)?;
                        out.end()?;
                    }
                }
            }
            Ok(())
        })?;
    }
    read.told.map_or(Ok(()), |told| out.told(told))
}

/// A column, as far as its values are read.
struct Column {
    name: String,
    about: ColumnDescPtr,
    skipped: bool,
}

impl Column {
    fn new(about: &ColumnDescPtr) -> Self {
        // What the format puts between a list and its values says nothing.
        let between = ["list", "element", "item", "array", "array_element", "bag", "key_value"];
        let path = about.path().parts();
        let first = path.first().map(String::as_str).unwrap_or_default();
        let rest = path.iter().skip(1).map(String::as_str).filter(|part| !between.contains(part));
        let name = rest.fold(first.to_owned(), |name, part| name + "." + part);
        Self { name: shortened(&name, NAME_CHARS), about: ColumnDescPtr::clone(about), skipped: false }
    }
}

/// What stands in one row of a column.
#[derive(Clone)]
enum Cell {
    Text(String),
    /// Too long, or no text.
    Member(Vec<u8>),
}

impl Cell {
    fn of(bytes: &[u8]) -> Self {
        of_bytes(bytes, ROW_BYTES).map_or_else(|| Self::Member(bytes.to_vec()), Self::Text)
    }

    fn into_text(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Member(_) => String::new(),
        }
    }

    /// Adds one more value of the row.
    fn join(&mut self, next: Self) {
        if let (Self::Text(all), Self::Text(next)) = (&mut *self, &next)
            && all.len() + next.len() <= ROW_BYTES
        {
            all.push_str(", ");
            all.push_str(next);
            return;
        }
        // What is there grows in place: a list of many values would else be copied for each of them.
        let mut bytes = std::mem::replace(self, Self::Member(Vec::new())).into_bytes();
        bytes.push(b'\n');
        bytes.append(&mut next.into_bytes());
        *self = Self::Member(bytes);
    }

    fn into_bytes(self) -> Vec<u8> {
        match self {
            Self::Text(text) => text.into_bytes(),
            Self::Member(bytes) => bytes,
        }
    }
}

/// What has been seen while reading.
struct Read {
    /// The first thing that could not be read.
    told: Option<Told>,
    /// Columns with values that become members.
    members: Vec<bool>,
}

impl Read {
    fn fail(&mut self, error: &ParquetError) {
        let is_method = match error {
            ParquetError::NYI(_) => true,
            ParquetError::General(words) => words.starts_with("Disabled feature"),
            _ => false,
        };
        self.told.get_or_insert(if is_method { Told::Method } else { Told::DamagedTable });
    }

    /// Runs through all rows, some at a time: the number of the first one, and their cells.
    fn groups(
        &mut self, file: &dyn FileReader, columns: &[Column],
        mut take: impl FnMut(u64, Vec<Vec<Cell>>) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut first = 1;
        for i in 0..file.num_row_groups() {
            match file.get_row_group(i) {
                Ok(group) => first = self.group(&*group, columns, first, &mut take)?,
                Err(error) => self.fail(&error),
            }
        }
        Ok(())
    }

    /// One group of rows; gives the number of the row after it.
    fn group(
        &mut self, group: &dyn RowGroupReader, columns: &[Column], mut first: u64,
        take: &mut impl FnMut(u64, Vec<Vec<Cell>>) -> io::Result<()>,
    ) -> io::Result<u64> {
        let mut readers: Vec<_> = columns
            .iter()
            .enumerate()
            .map(|(i, column)| {
                let reader = (!column.skipped).then(|| group.get_column_reader(i));
                reader.and_then(|reader| reader.inspect_err(|error| self.fail(error)).ok())
            })
            .collect();
        loop {
            let mut rows: Vec<Vec<Cell>> = Vec::new();
            for (i, (reader, column)) in readers.iter_mut().zip(columns).enumerate() {
                let Some(own) = reader else { continue };
                let cells = match cells(own, &column.about) {
                    Ok(cells) => cells,
                    Err(error) => {
                        self.fail(&error);
                        *reader = None;
                        continue;
                    }
                };
                rows.resize_with(rows.len().max(cells.len()), || vec![Cell::Text(String::new()); columns.len()]);
                for (row, cell) in rows.iter_mut().zip(cells) {
                    if let (Cell::Member(_), Some(members)) = (&cell, self.members.get_mut(i)) {
                        *members = true;
                    }
                    if let Some(place) = row.get_mut(i) {
                        *place = cell;
                    }
                }
            }
            if rows.is_empty() {
                return Ok(first);
            }
            let count = rows.len() as u64;
            take(first, rows)?;
            first += count;
        }
    }
}

/// The next cells of a column.
fn cells(reader: &mut ColumnReader, about: &ColumnDescriptor) -> Result<Vec<Cell>, ParquetError> {
    let text = Cell::Text;
    let binary = |bytes: &[u8]| match scale(about) {
        Some(scale) if bytes.len() <= 16 => text(decimal(big_endian(bytes), scale)),
        _ => Cell::of(bytes),
    };
    match reader {
        ColumnReader::BoolColumnReader(reader) => batch(reader, about, |value| text(value.to_string())),
        ColumnReader::Int32ColumnReader(reader) => batch(reader, about, |value| text(whole(i64::from(*value), about))),
        ColumnReader::Int64ColumnReader(reader) => batch(reader, about, |value| text(whole(*value, about))),
        ColumnReader::Int96ColumnReader(reader) => batch(reader, about, |value| text(julian(value))),
        ColumnReader::FloatColumnReader(reader) => batch(reader, about, |value| text(number(f64::from(*value)))),
        ColumnReader::DoubleColumnReader(reader) => batch(reader, about, |value| text(number(*value))),
        ColumnReader::ByteArrayColumnReader(reader) => batch(reader, about, |value| binary(value.as_bytes())),
        ColumnReader::FixedLenByteArrayColumnReader(reader) => batch(reader, about, |value| binary(value.as_bytes())),
    }
}

fn batch<T: DataType>(
    reader: &mut ColumnReaderImpl<T>, about: &ColumnDescriptor, cell: impl Fn(&T::T) -> Cell,
) -> Result<Vec<Cell>, ParquetError> {
    let (mut present, mut repeated, mut values) = (Vec::new(), Vec::new(), Vec::new());
    let (optional, list) = (about.max_def_level() > 0, about.max_rep_level() > 0);
    let (_, count, levels) = reader.read_records(
        BATCH_ROWS,
        optional.then_some(&mut present),
        list.then_some(&mut repeated),
        &mut values,
    )?;
    let (mut values, mut cells) = (values.iter(), Vec::<Cell>::new());
    for i in 0..levels.max(count) {
        let begins = repeated.get(i).is_none_or(|level| *level == 0);
        let value = present.get(i).is_none_or(|level| *level == about.max_def_level()).then(|| values.next()).flatten();
        let own = value.map_or_else(|| Cell::Text(String::new()), &cell);
        match cells.last_mut() {
            Some(before) if !begins => before.join(own),
            _ => cells.push(own),
        }
    }
    Ok(cells)
}

/// The digits behind the point of a decimal number.
fn scale(about: &ColumnDescriptor) -> Option<u32> {
    let is_decimal = about.converted_type() == ConvertedType::DECIMAL
        || matches!(about.logical_type_ref(), Some(LogicalType::Decimal(_)));
    is_decimal.then(|| u32::try_from(about.type_scale()).unwrap_or(0))
}

fn big_endian(bytes: &[u8]) -> i128 {
    let first = if bytes.first().is_some_and(|byte| byte & 0x80 != 0) { -1 } else { 0 };
    bytes.iter().fold(first, |sum, byte| sum << 8 | i128::from(*byte))
}

/// A whole number as people see it: a number, a day, a time.
fn whole(value: i64, about: &ColumnDescriptor) -> String {
    let (logical, converted) = (about.logical_type_ref(), about.converted_type());
    if let Some(scale) = scale(about) {
        return decimal(i128::from(value), scale);
    }
    let unit = match (logical, converted) {
        (Some(LogicalType::Date), _) | (_, ConvertedType::DATE) => {
            return moment(SignedDuration::from_secs(value.saturating_mul(DAY_SECONDS)), "%Y-%m-%d", value);
        }
        (Some(LogicalType::Timestamp(form)), _) => Some(form.unit),
        (_, ConvertedType::TIMESTAMP_MILLIS) => Some(TimeUnit::MILLIS),
        (_, ConvertedType::TIMESTAMP_MICROS) => Some(TimeUnit::MICROS),
        _ => None,
    };
    let since = match unit {
        Some(TimeUnit::MILLIS) => SignedDuration::from_millis(value),
        Some(TimeUnit::MICROS) => SignedDuration::from_micros(value),
        Some(TimeUnit::NANOS) => SignedDuration::from_nanos(value),
        None if converted == ConvertedType::UINT_64 => return (value as u64).to_string(),
        None => return value.to_string(),
    };
    moment(since, "%Y-%m-%d %H:%M:%S", value)
}

/// A time in the form that old programs write.
fn julian(value: &Int96) -> String {
    let &[low, high, day] = value.data() else { return String::new() };
    let nanos = u64::from(high) << 32 | u64::from(low);
    let days = (i64::from(day) - JULIAN_1970) * DAY_SECONDS;
    let since = SignedDuration::from_secs(days).saturating_add(SignedDuration::from_nanos(nanos as i64));
    moment(since, "%Y-%m-%d %H:%M:%S", i64::from(day))
}

/// A moment after 1970; the bare number if it is none that has a date.
fn moment(since: SignedDuration, form: &str, value: i64) -> String {
    let moment = Timestamp::from_duration(since).map(|moment| moment.to_zoned(TimeZone::UTC));
    moment.map_or_else(|_| value.to_string(), |moment| moment.strftime(form).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_is_joined_in_place() {
        let mut cell = Cell::Text("0".to_owned());
        let count = 1_000_000;
        for value in 1..count {
            cell.join(Cell::Text(value.to_string()));
        }
        let Cell::Member(bytes) = cell else { panic!("longer than a row") };
        let text = String::from_utf8(bytes).expect("text");
        let values = text.split(['\n', ',']).map(|value| value.trim().parse::<u32>().expect("a number"));
        assert!(values.eq(0..count) && text.contains(", ") && text.contains('\n'));
    }

    #[test]
    fn numbers_of_any_width() {
        assert_eq!(big_endian(&[0xFF, 0xFE]), -2);
        assert_eq!(big_endian(&[0, 0xD2, 0x0B]), 53_771);
        assert_eq!(big_endian(&[]), 0);
    }

    #[test]
    fn moments_have_dates_and_others_stay_numbers() {
        assert_eq!(moment(SignedDuration::from_secs(86_400), "%Y-%m-%d", 1), "1970-01-02");
        assert_eq!(moment(SignedDuration::MAX, "%Y-%m-%d", 7), "7");
        let mut day = Int96::new();
        day.set_data(1_000_000_000, 0, 2_440_589);
        assert_eq!(julian(&day), "1970-01-02 00:00:01");
    }
}
