//! Russia, account numbers: 20 digits, of which the ninth is a key over the account and the bank's code (BIK).
//!
//! In:      20 digits with separators already removed; 9 digits of the BIK.
//! Source:  chart of accounts (Bank of Russia regulation 809-P), key by regulation 579-P.
//! Weights: 7, 1, 3 repeated over three digits of the BIK and the account; sum modulo 10 is 0.
//! Misses:  nothing but exchanged digits; without the BIK the key cannot be tested at all.
//! Chance:  about 6 in 100 000 by balance account and currency; with the key 1 in 10 of these.

use super::digits::{digits, number, pair, value};
use super::{Input, Verdict};

/// Currencies of clients' accounts: roubles and what banks of the region keep.
const CURRENCIES: [u64; 12] = [810, 840, 978, 156, 398, 933, 980, 949, 417, 972, 826, 756];

/// More currencies, beside a keyword: 643 is the rouble's other code.
const CURRENCIES_LABELLED: [u64; 11] = [643, 392, 51, 944, 860, 784, 356, 498, 934, 981, 344];

/// Balance accounts, by the first three digits and the next two.
fn is_clients_account(group: u64, account: u8) -> bool {
    match group {
        405 | 406 => matches!(account, 1..=6),
        407 => matches!(account, 1..=8),
        408 => matches!(account, 2..=27),
        423 | 426 => matches!(account, 1..=15),
        _ => false,
    }
}

/// Currency, and whether anything but zeros follows it: otherwise it is a template.
fn currency_and_rest(d: &[u8; 20]) -> Option<u64> {
    d[8..].iter().any(|digit| *digit != 0).then(|| value(&d[5..8]))
}

/// Account of a client by balance account and currency. Correspondent accounts (301..) are a bank's own and fail.
pub(crate) fn account(input: &Input<'_>) -> Verdict {
    let Some(d) = number::<20>(input.normal) else {
        return Verdict::Fails;
    };
    let Some(currency) = currency_and_rest(&d) else {
        return Verdict::Fails;
    };
    Verdict::of(is_clients_account(value(&d[..3]), pair(d[3], d[4])) && CURRENCIES.contains(&currency))
}

/// Account beside a keyword: also budget and state accounts (401 to 404), other deposits (410 to 440), correspondent
/// accounts (301) and more currencies.
pub(crate) fn account_labelled(input: &Input<'_>) -> Verdict {
    let Some(d) = number::<20>(input.normal) else {
        return Verdict::Fails;
    };
    let Some(currency) = currency_and_rest(&d) else {
        return Verdict::Fails;
    };
    let group = value(&d[..3]);
    let known = matches!(group, 301 | 302 | 401..=404 | 410..=440) || is_clients_account(group, pair(d[3], d[4]));
    Verdict::of(known && (CURRENCIES.contains(&currency) || CURRENCIES_LABELLED.contains(&currency)))
}

/// Whether the key of an account (20 ASCII digits) belongs to the bank with this BIK (9 ASCII digits).
///
/// Correspondent accounts (301..) and accounts in a settlement centre (BIK ending 000 to 002) are kept by the Bank of
/// Russia: the key then covers 0 and digits 5 and 6 of the BIK instead of its last three.
pub fn bank_key_holds(account: &[u8], bik: &[u8]) -> bool {
    let (Some(account), Some(bik)) = (digits::<20>(account), digits::<9>(bik)) else {
        return false;
    };
    let at_bank_of_russia = account[..3] == [3, 0, 1] || value(&bik[6..]) <= 2;
    let prefix = if at_bank_of_russia { [0, bik[4], bik[5]] } else { [bik[6], bik[7], bik[8]] };
    let sum: u32 =
        prefix.iter().chain(&account).zip([7, 1, 3].into_iter().cycle()).map(|(d, w)| u32::from(*d) * w).sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{all_fail, all_hold, length_matters, random_digits};
    use super::*;

    #[test]
    fn accounts() {
        all_hold(
            account,
            &["40817810770906639603", "40820810338749796381", "40802810731202624900", "42306810876372340104"],
        );
        all_hold(account, &["40817840995947403944", "40817978632909324047", "40817398913287197088"]);
        all_fail(
            account,
            &["99917810000000000001", "40817810000000000000", "00000000000000000000", "12345678901234567890"],
        );
        all_fail(
            account,
            &["11939307245906899857", "18446744073709551615", "4081781029442983700", "30101810400000000225", ""],
        );
        length_matters(account, "40817810770906639603");
        all_hold(account_labelled, &["30101810400000000225", "40101810400000010001", "40817810770906639603"]);
        all_fail(account_labelled, &["99917810000000000001", "40817810000000000000", "40817999770906639603"]);
        assert!(
            random_digits(20_000, 20).iter().filter(|text| super::super::testing::holds(account, text)).count() < 12
        );
    }

    #[test]
    fn keys() {
        // Public correspondent accounts of three banks.
        assert!(bank_key_holds(b"30101810400000000225", b"044525225"));
        assert!(bank_key_holds(b"30101810145250000974", b"044525974"));
        assert!(bank_key_holds(b"30101810700000000187", b"044525187"));
        assert!(bank_key_holds(b"40817810230350975436", b"044525974"));
        assert!(bank_key_holds(b"40802810742981136567", b"044525187"));
        assert!(!bank_key_holds(b"40817810199471974746", b"044525974"));
        assert!(!bank_key_holds(b"40817810230350975436", b"044525187"));
        assert!(!bank_key_holds(b"4081781023035097543", b"044525974"));
        assert!(!bank_key_holds(b"", b""));
    }

    #[test]
    fn every_single_change_breaks_the_key() {
        let good = *b"40817810230350975436";
        for position in 0..20 {
            for digit in (b'0'..=b'9').filter(|digit| *digit != good[position]) {
                let mut changed = good;
                changed[position] = digit;
                assert!(!bank_key_holds(&changed, b"044525974"));
            }
        }
    }
}
