//! Words around a number plate that say that a vehicle is spoken of: what it is, its make and model, who drives it, where it
//! stands. They are looked for when a plate fits only: no other value is told by them.
//!
//! In: text, and where a plate stands in it. Out: whether a vehicle is told on its line, near it.

use crate::text::keyword::{Group, Keywords};
use crate::text::{before, slice, utf8};
use std::ops::Range;
use std::sync::LazyLock;

/// How far before a plate such a word may begin, in bytes.
const BACK_BYTES: usize = 88;
/// How far behind it, in bytes.
const AHEAD_BYTES: usize = 32;

/// Words for vehicles, who drives them and where they stand, in five languages; `*` stands for any ending.
const VEHICLES: &str = "авто автомобил* автомашин* автобус* автокөлік* аўто аўтамабіл* аўтамашын* аўтобус* машин* машын* тачк* легков* \
    легкав* грузов* грузав* вантажів* фура фуры фуру фургон* тягач* цягач* прицеп* причіп* причеп* прычэп* полуприцеп* напівприч* \
    мотоцикл* матацыкл* мопед* скутер* микроавтобус* маршрутк* такси таксі кроссовер* внедорожн* седан* хэтчбек* универсал минивэн* \
    пикап* самосвал* эвакуатор* евакуатор* эвакуатар* водител* водій водія водієв* кіроўц* жүргізуші* шофер* шофёр* көлік* көлиг* \
    көліг* тіркеме* тұрақ* парков* паркоў* паркін* паркинг* стоянк* стаянк* шлагбаум* номери номерів нумары госн* держном* дтп дтз осаго \
    каско техосмотр* vehicle* car van truck lorry trailer* driver* parked parking reg plate minibus*";

/// Makes and models, as people write them.
const MAKES: &str = "toyota camry corolla* prado cruiser* hilux rav4 lexus nissan almera qashqai hyundai solaris* elantra tucson \
    creta kia rio sportage cerato chevrolet cobalt nexia lacetti malibu daewoo lanos ravon volkswagen vw passat polo golf jetta tiguan \
    skoda škoda octavia* fabia audi bmw mercedes* sprinter* vito renault logan duster* sandero megane kangoo peugeot citroen opel astra \
    ford focus transit fiesta mondeo mazda mitsubishi lancer outlander* pajero honda subaru suzuki volvo scania daf iveco lada vesta \
    granta priora niva uaz gazel kamaz geely haval chery changan fiat ducato tesla jac тойот* тоёт* камри королл* прадо лексус* ниссан* \
    хенда* хунда* хюнда* хёнда* солярис* элантр* спортейдж* шевроле кобальт* некси* ласетти дэу ланос* фольксваген* \
    пассат* гольф гольфа гольфе джетта джетту джетте тигуан* шкода шкоду шкоде шкоды октавия октавию октавии ауди аўдзі бмв мерседес* \
    спринтер* рено логан логана логане дастер* пежо ситроен* опель опеля опеле форд форда форде фокус фокуса фокусе мазда мазду мазде мазды \
    мицубиси лансер* хонда хонду хонде хонды субару вольво скания сканию скании лада ладу ладе лады жигул* зил зила зилу зіл маз маза мазу \
    мазе краз краза газ веста весту весте приора приору приоре калина калину калине нива ниву ниве уаз уаза уазе ваз ваза вазе газель газели \
    камаз*";

/// Words beside which the same letters and figures number parts, goods, flights and programs.
const OTHERS: &str = "артикул* артыкул* арт детал* запчаст* каталож* партия партии партию партыя партномер* чертеж* рейс* кабинет* \
    аудитори* товар* тавар* sku part parts oem hex hash commit token flight host";

/// Small words that stand where a plate has its letters: «автомобиль 2015 на 10 дней».
const SMALL: [&str; 24] = [
    "а", "в", "и", "к", "о", "с", "у", "я", "і", "з", "на", "от", "до", "по", "из", "за", "со", "во", "да", "не", "та",
    "ад", "па", "зі",
];

/// What the words tell, by the group that they end in.
const VEHICLE: Group = 1;
const OTHER: Group = 2;

static WORDS: LazyLock<Box<Keywords>> = LazyLock::new(|| {
    let mut words = Box::<Keywords>::default();
    for (list, group) in [(VEHICLES, VEHICLE), (MAKES, VEHICLE), (OTHERS, OTHER)] {
        for word in list.split_ascii_whitespace() {
            let added = words.add(word, |_| group);
            debug_assert!(added.is_ok(), "{word}");
        }
    }
    words
});

/// Whether a vehicle is told around the plate in `span`, on its line.
pub(super) fn are_told(bytes: &[u8], span: &Range<usize>) -> bool {
    let from = span.start.saturating_sub(BACK_BYTES);
    let start = memchr::memrchr(b'\n', slice(bytes, from, span.start)).map_or(from, |end| from + end + 1);
    let tail = slice(bytes, span.end, span.end + AHEAD_BYTES);
    let end = span.end + memchr::memchr(b'\n', tail).unwrap_or(tail.len());
    let goes_on = |i: usize| match before(bytes, i) {
        byte if byte < 0x80 => byte.is_ascii_alphanumeric(),
        _ => utf8::char_before(bytes, i).is_none_or(|(letter, _)| letter.is_alphanumeric()),
    };
    let begins =
        |i: &usize| !goes_on(*i) && bytes.get(*i).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte >= 0xC0);
    // The last word before it decides, then those behind it.
    let mut told = false;
    for i in (start..span.start).filter(begins) {
        if let Some((_, group)) = WORDS.longest_at(bytes, i) {
            told = group == VEHICLE;
        }
    }
    for i in (span.end..end).filter(begins) {
        match WORDS.longest_at(bytes, i) {
            Some((_, OTHER)) => return false,
            found => told |= found.is_some(),
        }
    }
    told
}

/// How a plate is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    /// In capitals, or in one piece.
    Plainly,
    /// In small letters with blanks between: only a word for it tells such a plate.
    Small,
    /// It is none but words in small letters.
    Words,
}

/// How the plate is written.
pub(super) fn written(value: &[u8]) -> Written {
    let Ok(value) = std::str::from_utf8(value) else { return Written::Plainly };
    if !(value.contains(char::is_lowercase) && value.contains(|c: char| !c.is_alphanumeric())) {
        return Written::Plainly;
    }
    let mut words = value.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    if words.all(|word| SMALL.contains(&word)) { Written::Words } else { Written::Small }
}

/// Whether the figures of a plate are a year: `ТК 2015 РК` is a commission, and `НК 2017 РК` a law.
pub(super) fn has_year(value: &[u8]) -> bool {
    value.split(|byte| !byte.is_ascii_digit()).any(|digits| matches!(digits, [b'1', b'9', _, _] | [b'2', b'0', _, _]))
}

#[cfg(test)]
mod tests {
    use super::super::examples::all_found;

    #[test]
    fn vehicles_tell_their_plates() {
        for (id, text, want) in [
            ("kz.vehicle_plate", "The white Prado 482 KLM 01 stands on place 14", "482 KLM 01"),
            ("kz.vehicle_plate", "базардан «Нексиямен» (733 BXA 13) келе жатқанбыз", "733 BXA 13"),
            ("kz.vehicle_plate", "көлік ақ Cobalt 482 KLA 13", "482 KLA 13"),
            ("kz.vehicle_plate", "614-ші рейс, орныңыз 23. Көлік 482 KLM 13, жүргізуші", "482 KLM 13"),
            ("kz.vehicle_plate", "356ZTA13 aq gazel", "356ZTA13"),
            ("ua.vehicle_plate", "Водій на Ланосі АЕ 4718 КТ нахамив", "АЕ 4718 КТ"),
            ("by.vehicle_plate", "хто паставіў шэрую шкоду 4471 КС-7 на газон", "4471 КС-7"),
            ("ru.vehicle_plate", "LADA Vesta М207РН54", "М207РН54"),
            ("ru.vehicle_plate", "приехал на К 418 ХМ 154", "К 418 ХМ 154"),
            ("by.vehicle_plate", "зламаўся фургон АМ 3308-1, рамонт", "АМ 3308-1"),
            ("by.vehicle_plate", "drove a white Transit AE 7093-7. I have", "AE 7093-7"),
            ("by.vehicle_plate", "МАЗ 5440 і прычэп А 0472 Е-5", "А 0472 Е-5"),
            ("ru.vehicle_plate", "госномер: а 123 вс 77", "а 123 вс 77"),
            ("vin", "Авто ... Skoda Fabia, TMBEA25J6D3071482", "TMBEA25J6D3071482"),
        ] {
            assert_eq!(all_found(text, id), [want], "{text}");
        }
    }

    #[test]
    fn words_and_parts_are_none() {
        for (id, text) in [
            ("ru.vehicle_plate", "автомобиль 2015 на 10 дней"),
            ("ru.vehicle_plate", "машина с 150 на 200 рублей"),
            ("kz.vehicle_plate", "Toyota, деталь 482 KLM 01"),
            ("kz.vehicle_plate", "сумма 100 USD 15"),
            ("ua.vehicle_plate", "по НК 2017 РК, ключ авторизации"),
            ("ua.vehicle_plate", "ключ авторизации, газета, партнёр 17"),
        ] {
            assert_eq!(all_found(text, id), Vec::<String>::new(), "{text}");
        }
    }
}
