//! Finds values in blocks: triggers of the finder are handed to the shapes that can own them.
//!
//! In: the text of a block (UTF-8) with some context around it, its layout, the compiled catalogue.
//! Out: a compact list of hits, sorted by place. Knows no files, containers, reports or sinks.

mod accounts;
pub(crate) mod address;
mod beside;
mod calls;
pub mod catalog;
mod cells;
mod columns;
mod context;
mod custom;
mod dates;
mod examples;
mod fields;
mod groups;
mod headless;
mod joined;
mod labelled;
pub mod names;
mod normal;
mod number;
mod openings;
mod plain_labels;
mod population;
mod postal;
mod records;
mod refusals;
mod scan;
mod scattered;
mod secrets;
mod shapes;
pub mod simd;
mod speakers;
mod vehicles;
mod words;

pub use catalog::file::Definition;
pub use catalog::{Catalog, CatalogError, Selection};
pub use examples::{check_built_in, check_folder};
pub use headless::name_columns;
pub(crate) use names::may_name_person;
pub use normal::normal_form;
pub use population::Undecided;
pub use scan::{Before, Block, Hit, Scanner};
