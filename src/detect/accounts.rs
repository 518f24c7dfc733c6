//! Passwords as administrators note them and programs are given them, where no label names them: the account and a slash
//! (`логин anna / …`), the key of a wireless network, arguments of commands, settings that a blank parts from their value; and
//! addresses of devices noted the same way.
//!
//! Each begins with a few letters that the packed search finds (see `openings`).

use super::labelled::{Setting, password};
use super::scan::{Block, Scanner};
use super::secrets::word;
use crate::check::ip;
use crate::finding::{Confidence, Evidence};
use crate::text::{at, before, slice};
use memchr::{memchr, memmem, memrchr};
use std::ops::Range;

/// Longest part of a line that is looked at, in bytes.
const LINE_BYTES: usize = 160;
/// How far behind the name of a network the word for its key may stand, in bytes.
const NETWORK_BYTES: usize = 96;
/// Words for an account, without their first letter, which may be a capital.
const ACCOUNTS: [&str; 9] = ["огин ", "огін ", "агін ", "ogin ", "чётка ", "четка ", "ser ", "зер ", "запись "];
/// Words for the key of a network.
const KEYS: [&str; 8] = ["ключ", "Ключ", "кілт", "Кілт", "key", "Key", "psk", "PSK"];
/// Clients of Redis and of what speaks as it does, without `-cli`.
const CLIENTS: [&[u8]; 3] = [b"redis", b"valkey", b"keydb"];
/// The password that the manual of Redis shows.
const OF_MANUAL: &[u8] = b"foobared";

impl Scanner<'_> {
    /// `логин netadm / Zk7#qLp29x`, `учётка o.sharip / …`: an account behind a word for one, and its password behind the slash
    /// at `joint`, with its blanks.
    pub(super) fn account_and_password(&mut self, block: &Block<'_>, joint: &Range<usize>) {
        let Some(rule) = self.is_on(self.catalog.known.password) else { return };
        let bytes = block.bytes;
        let name = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'@');
        let length = slice(bytes, joint.start.saturating_sub(65), joint.start).iter().rev().take_while(name).count();
        let start = joint.start - length;
        let head = slice(bytes, start.saturating_sub(24), start);
        let told = ACCOUNTS.iter().any(|word| head.ends_with(word.as_bytes()));
        let span = word(bytes, joint.end);
        let known = || {
            let made = password::is_made(slice(bytes, span.start, span.end));
            made && matches!(slice(bytes, start, joint.start), b"root" | b"admin" | b"administrator" | b"Administrator")
        };
        if !(2..=64).contains(&length) || !(told || known()) {
            return;
        }
        if self.is_password(block, rule, span, Setting::Phrase) {
            self.login_of(block, start..joint.start);
        }
    }

    /// ``SSID `sklad_5G`, ключ брусника2019``: the key of a wireless network; the word for its name ends at `end`.
    pub(super) fn key_of_network(&mut self, block: &Block<'_>, end: usize) {
        let Some(rule) = self.is_on(self.catalog.known.password) else { return };
        let bytes = block.bytes;
        let line = slice(bytes, end, end + NETWORK_BYTES);
        let line = slice(line, 0, memchr(b'\n', line).unwrap_or(line.len()));
        let said = KEYS.iter().filter_map(|key| Some(memmem::find(line, key.as_bytes())? + key.len())).min();
        let Some(said) = said else { return };
        let rest = slice(line, said, line.len());
        let ending = rest.iter().take(4).take_while(|byte| **byte >= 0x80).count();
        let rest = slice(rest, ending, rest.len());
        let joint = [&b" - "[..], " — ".as_bytes(), " – ".as_bytes(), b": ", b" = ", b" ", b"=", b":"];
        let Some(joint) = joint.into_iter().find(|joint| rest.starts_with(joint)) else { return };
        let span = word(bytes, end + said + ending + joint.len());
        let text = slice(bytes, span.start, span.end);
        let digits = text.iter().filter(|byte| byte.is_ascii_digit()).count();
        let letters = text.iter().filter(|byte| byte.is_ascii_alphabetic() || **byte >= 0x80).count();
        // A key of fewer than eight characters no such network takes (IEEE 802.11i).
        if text.len() >= 8 && digits >= 2 && letters >= 2 && !password::is_product(text) {
            self.judge_password(block, rule, span, Setting::Phrase);
        }
    }

    /// `redis-cli -a zimaleto get x`: what a client is given to sign in. The end of the program's name is at `name`, with the
    /// beginning of its first option.
    pub(super) fn argument_of_client(&mut self, block: &Block<'_>, name: &Range<usize>) {
        let bytes = block.bytes;
        let head = slice(bytes, name.start.saturating_sub(6), name.start);
        if !CLIENTS.iter().any(|client| head.ends_with(client)) {
            return;
        }
        let end = name.end - b" -".len();
        let line = slice(bytes, end, end + LINE_BYTES);
        let line = slice(line, 0, memchr(b'\n', line).unwrap_or(line.len()));
        let option = [&b" -a "[..], b" --pass "].iter().find_map(|option| {
            let place = memmem::find(line, option)?;
            Some(place + option.len())
        });
        if let Some(option) = option {
            self.given(block, word(bytes, end + option));
        }
    }

    /// `requirepass Zk7qLp29x` on a line of its own, or set from a console: the setting at `place`, with its blank.
    pub(super) fn directive(&mut self, block: &Block<'_>, place: &Range<usize>) {
        let bytes = block.bytes;
        let span = word(bytes, place.end);
        let own =
            matches!(before(bytes, place.start), b'\n' | 0) && matches!(at(bytes, span.end), b'\n' | b'\r' | 0 | b'"');
        let head = slice(bytes, place.start.saturating_sub(11), place.start);
        let console = head.len() == 11 && head.eq_ignore_ascii_case(b"config set ");
        if own || console {
            self.given(block, span);
        }
    }

    /// `echo Zk7qLp29x | sudo -S …`: a password that a program is fed, with the program at `start`.
    pub(super) fn fed(&mut self, block: &Block<'_>, start: usize) {
        let bytes = block.bytes;
        let from = start.saturating_sub(LINE_BYTES);
        let head = slice(bytes, from, start);
        let line = memrchr(b'\n', head).map_or(0, |n| n + 1);
        let head = slice(head, line, head.len());
        let Some(fed) = head.trim_ascii_end().strip_suffix(b"|") else { return };
        let fed = fed.trim_ascii_end();
        let Some(echo) = memmem::rfind(fed, b"echo ") else { return };
        let text = slice(fed, echo + b"echo ".len(), fed.len()).trim_ascii_start();
        let quotes = usize::from(matches!(at(text, 0), b'"' | b'\'') && text.len() > 2 && text.last() == text.first());
        let start = from + line + fed.len() - text.len() + quotes;
        let end = from + line + fed.len() - quotes;
        if !slice(bytes, start, end).contains(&b' ') {
            self.given(block, start..end);
        }
    }

    /// Notes what is given as a password for certain: a word will do, a placeholder will not.
    fn given(&mut self, block: &Block<'_>, span: Range<usize>) {
        let Some(rule) = self.is_on(self.catalog.known.password) else { return };
        let text = slice(block.bytes, span.start, span.end);
        let level = password::judge(text, &self.value(block, span.clone(), Setting::Element));
        if let Some(level) = level.filter(|_| text != OF_MANUAL) {
            self.push(block, span, rule, None, level.max(Confidence::Medium), Evidence::FORMAT);
        }
    }

    /// Twelve hexadecimal digits behind the short word for a hardware address at `place`, with its blank: `MAC 000b82a94417`.
    pub(super) fn bare_address_of_device(&mut self, block: &Block<'_>, place: &Range<usize>) {
        let bytes = block.bytes;
        let Some(rule) = self.is_on(self.catalog.known.mac) else { return };
        let end = place.end
            + slice(bytes, place.end, place.end + 13).iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
        let digits = slice(bytes, place.end, end);
        let edge = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-') || byte >= 0x80;
        let whole = !edge(before(bytes, place.start)) && !edge(at(bytes, end));
        if whole && digits.iter().any(u8::is_ascii_digit) && ip::mac_bare(digits).is_some() {
            self.push(block, place.end..end, rule, None, Confidence::High, Evidence::KEYWORD);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::examples::all_found;

    #[test]
    fn accounts_and_what_programs_are_given() {
        for (text, want) in [
            ("роутер, логин netadm / Zk7#qLp29x, не менять", "Zk7#qLp29x"),
            ("учётка o.sharip / Zk7qLp29x! (временная)", "Zk7qLp29x!"),
            ("логін v.tkach / vesna2019", "vesna2019"),
            ("вход на камеру: root / Zk7qLp29x", "Zk7qLp29x"),
            ("mongosh -u crm -p 'Zk7qLp29x' db", "Zk7qLp29x"),
            ("plink -ssh -pw Zk7qLp29x anna@10.0.0.1", "Zk7qLp29x"),
            ("lftp -u backup,Zk7qLp29x sftp://10.0.0.1", "Zk7qLp29x"),
            ("NVR 10.0.0.60:8000, admin:Zk7qLp29x, облако", "Zk7qLp29x"),
            ("камера (root:Zk7qLp29x@10.0.0.8)", "Zk7qLp29x"),
            ("SSID `sklad_5G`, ключ брусника2019. Гостевая", "брусника2019"),
            ("SSID office-5, key Zk7qLp29x", "Zk7qLp29x"),
            ("redis-cli -h 10.0.0.1 -a zimaleto get sess:7", "zimaleto"),
            ("valkey-cli -a zimaleto ping", "zimaleto"),
            ("\nrequirepass Zk7qLp29x\n", "Zk7qLp29x"),
            ("echo 'Zk7#qLp29x' | sudo -S apt update", "Zk7#qLp29x"),
            ("echo Zk7#qLp29x|sudo -S apt update", "Zk7#qLp29x"),
            (
                "{\"auths\": {\"registry.example.kz\": {\"auth\": \"ZGVwbG95OlprNyNxTHAyOXg=\"}}}",
                "ZGVwbG95OlprNyNxTHAyOXg=",
            ),
            ("[105]\ntype=friend\nhost=dynamic\nsecret=Q8w-lypa-105\n", "Q8w-lypa-105"),
            ("{\"password\":{\"_text\":\"Zk7#qLp29x\"}}", "Zk7#qLp29x"),
            ("пароль до архіву соняшник-44-Степ", "соняшник-44-Степ"),
            ("Passcode 441hZ7", "441hZ7"),
            ("Password for phone identification: jollof-2019", "jollof-2019"),
        ] {
            assert_eq!(all_found(text, "password").join("|"), want, "{text}");
        }
        assert_eq!(all_found("учётка o.sharip / Zk7qLp29x!", "user_name"), ["o.sharip"]);
    }

    #[test]
    fn what_only_looks_like_an_account_is_none() {
        for text in [
            "логин netadm / роль оператора",
            "страница 17 / vesna2019",
            "admin:x:1000:1000::/home/admin:/bin/bash",
            "admin: Zk7qLp29x",
            "role admin:read2write",
            "root:admin",
            "static WIDTH_ROOT: Align128 = x;",
            "export VCPKG_ROOT=$DIR2/../vcp",
            "const A: msidbRegistryRoot = 3i32;",
            "pub const FLAG: IKEEXT_CERT_AUTH = 16u32;",
            "from x (AUTH: CRAM-MD5 Zk7qLp29x@example, TLS)",
            "SetSharedSecret: SetSharedSecret2a,",
            "TRAFFIC_SECRET_0=Q8w-lypa-105\n",
            "SSID sklad_5G, ключевая дата 12.05.2019",
            "redis-cli -h 10.0.0.1 ping",
            "php-cli -a zimaleto2",
            "# requirepass foobared\n",
            "\nrequirepass foobared\n",
            "the requirepass directive2 is read once",
            "cat list7.txt | sudo -S tee out",
            "{\"auth\": \"c2Vzc2lvbg==\"}",
            "secret=Q8w-lypa-105",
            "пароль до 31-12-2025 поменять",
            "пароль для отдела бухгалтерия07",
            "Passcode 4417",
        ] {
            assert_eq!(all_found(text, "password"), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn addresses_of_devices() {
        for (text, want) in [
            ("MAC 000b82a94417", "000b82a94417"),
            ("IN=ens18 MAC=bc:24:11:7e:05:d2:48:8f:5a:10:cc:31:08:00 SRC=", "bc:24:11:7e:05:d2|48:8f:5a:10:cc:31"),
            ("Called-Station-Id = \"18-FD-74-33-0B-62:Guest\"", "18-FD-74-33-0B-62"),
            ("User-Name = \"40b07699c1fe\"", "40b07699c1fe"),
            ("MAC 000b82a944178", ""),
            ("IMAC 000b82a94417", ""),
            ("MAC=bc:24:11:7e:05:d2:48:8f:5a:10:cc:31:08:00:45", ""),
            ("User-Name = \"anna.b\"", ""),
        ] {
            assert_eq!(all_found(text, "mac").join("|"), want, "{text}");
        }
        assert_eq!(all_found("User-Name = \"40b07699c1fe\"", "user_name"), Vec::<String>::new());
        assert_eq!(all_found("anna/91.196.148.7:51194 MULTI: primary", "ipv4"), ["91.196.148.7"]);
        assert_eq!(all_found("Chrome/91.0.44.72 Safari, nginx/91.0.44.72: up", "ipv4"), Vec::<String>::new());
    }

    #[test]
    fn keys_that_show_themselves() {
        for (text, want) in [
            ("dsn https://b0e68ec41b7fde5ac648cf9257e28009@o17.ingest.example/45", "b0e68ec41b7fde5ac648cf9257e28009"),
            (
                "https://hooks.example/services/T044177AA/B0770418A/Mj0XfByNVZwg3SSwpkqGcKuq",
                "T044177AA/B0770418A/Mj0XfByNVZwg3SSwpkqGcKuq",
            ),
            ("https://git.example/services/Templates/Base/list", ""),
            ("ssh://git@git.example/crm.git", ""),
            ("used hvs.CAESIJ9kQ2mZpXv7TtL3wNf8Ry, ok", "hvs.CAESIJ9kQ2mZpXv7TtL3wNf8Ry"),
            ("hvs.example.kz", ""),
        ] {
            assert_eq!(all_found(text, "secret").join("|"), want, "{text}");
        }
        assert_eq!(all_found("cookie: lsid=pvUyJONvzf6jkHrsZVWNEMYfE3uwTjEa", "cookie_id").len(), 1);
        assert_eq!(all_found("ctx { session: \"b6ab0955fa71298521654529\" }", "cookie_id").len(), 1);
    }
}
