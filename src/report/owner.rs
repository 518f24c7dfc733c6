//! Names of the users who own what was scanned.

use std::collections::BTreeMap;

/// User names by id.
#[derive(Clone, Debug, Default)]
pub struct Owners(BTreeMap<u32, Box<str>>);

impl Owners {
    /// Names from the text of a passwd file; lines that make no sense are passed over. The first name of an id counts.
    pub fn from_passwd(text: &str) -> Self {
        let mut names = BTreeMap::new();
        for line in text.lines() {
            let mut fields = line.split(':');
            let (Some(name), Some(_), Some(id)) = (fields.next(), fields.next(), fields.next()) else {
                continue;
            };
            if let Ok(id) = id.parse()
                && !name.is_empty()
            {
                names.entry(id).or_insert_with(|| name.into());
            }
        }
        Self(names)
    }

    /// The name of a user id, if there is one.
    pub fn name(&self, user_id: u32) -> Option<&str> {
        self.0.get(&user_id).map(|name| &**name)
    }
}

#[cfg(test)]
mod tests {
    use super::Owners;

    #[test]
    fn names_are_found_by_id() {
        let owners = Owners::from_passwd(
            "root:x:0:0:root:/root:/bin/sh\nbitrix:x:600:600::/home/bitrix:/bin/sh\ntoor:x:0:0::/:\nbroken\n",
        );
        assert_eq!((owners.name(0), owners.name(600), owners.name(1)), (Some("root"), Some("bitrix"), None));
    }
}
