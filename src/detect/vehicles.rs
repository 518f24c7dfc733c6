//! Words around a number plate that say that a vehicle is spoken of: what it is, its make and model, who drives it, where it
//! stands. They are looked for when a plate fits only: no other value is told by them.
//!
//! In: text, and where a plate stands in it. Out: whether a vehicle is told on its line, near it.

use crate::text::{at, slice};
use std::ops::Range;

/// How far before a plate such a word may begin, in bytes.
const BACK_BYTES: usize = 88;
/// How far behind it, in bytes.
const AHEAD_BYTES: usize = 32;

/// Beginnings of words for vehicles, in five languages.
const VEHICLES: [&str; 84] = [
    "авто",
    "аўто",
    "машин",
    "машын",
    "тачк",
    "легков",
    "легкав",
    "грузов",
    "грузав",
    "вантажів",
    "фура",
    "фуры",
    "фуру",
    "фургон",
    "тягач",
    "цягач",
    "прицеп",
    "причіп",
    "причеп",
    "прычэп",
    "полуприцеп",
    "напівприч",
    "мотоцикл",
    "матацыкл",
    "мопед",
    "скутер",
    "микроавтобус",
    "маршрутк",
    "такси",
    "таксі",
    "кроссовер",
    "внедорожн",
    "седан",
    "хэтчбек",
    "универсал",
    "минивэн",
    "пикап",
    "самосвал",
    "эвакуатор",
    "евакуатор",
    "эвакуатар",
    "водител",
    "водій",
    "водія",
    "водіє",
    "кіроўц",
    "жүргізуші",
    "шофер",
    "шофёр",
    "көлік",
    "көлiк",
    "көлиг",
    "көлігі",
    "тіркеме",
    "тұрақ",
    "парков",
    "паркоў",
    "паркін",
    "паркинг",
    "стоянк",
    "стаянк",
    "шлагбаум",
    "номери",
    "номерів",
    "нумары",
    "госн",
    "держном",
    "дтп",
    "дтз",
    "осаго",
    "каско",
    "техосмотр",
    "vehicle",
    "car",
    "van",
    "truck",
    "lorry",
    "trailer",
    "driver",
    "parked",
    "parking",
    "reg",
    "plate",
    "minibus",
];

/// Beginnings of makes and models, as people write them.
const MAKES: [&str; 152] = [
    "toyota",
    "camry",
    "corolla",
    "prado",
    "cruiser",
    "hilux",
    "rav4",
    "lexus",
    "nissan",
    "almera",
    "qashqai",
    "hyundai",
    "solaris",
    "elantra",
    "tucson",
    "creta",
    "kia",
    "rio",
    "sportage",
    "cerato",
    "chevrolet",
    "cobalt",
    "nexia",
    "lacetti",
    "malibu",
    "daewoo",
    "lanos",
    "ravon",
    "volkswagen",
    "vw",
    "passat",
    "polo",
    "golf",
    "jetta",
    "tiguan",
    "skoda",
    "škoda",
    "octavia",
    "fabia",
    "audi",
    "bmw",
    "mercedes",
    "sprinter",
    "vito",
    "renault",
    "logan",
    "duster",
    "sandero",
    "megane",
    "kangoo",
    "peugeot",
    "citroen",
    "opel",
    "astra",
    "ford",
    "focus",
    "transit",
    "fiesta",
    "mondeo",
    "mazda",
    "mitsubishi",
    "lancer",
    "outlander",
    "pajero",
    "honda",
    "subaru",
    "suzuki",
    "volvo",
    "scania",
    "daf",
    "iveco",
    "lada",
    "vesta",
    "granta",
    "priora",
    "niva",
    "uaz",
    "gazel",
    "kamaz",
    "geely",
    "haval",
    "chery",
    "changan",
    "fiat",
    "ducato",
    "tesla",
    "jac",
    "тойот",
    "тоёт",
    "камри",
    "королл",
    "прадо",
    "лексус",
    "ниссан",
    "хенда",
    "хунда",
    "хюнда",
    "хёнда",
    "солярис",
    "элантр",
    "спортейдж",
    "шевроле",
    "кобальт",
    "нексия",
    "нексию",
    "ласетти",
    "дэу",
    "ланос",
    "фольксваген",
    "пассат",
    "гольф",
    "джетт",
    "тигуан",
    "шкод",
    "октави",
    "ауди",
    "аўдзі",
    "бмв",
    "мерседес",
    "спринтер",
    "рено",
    "логан",
    "дастер",
    "пежо",
    "ситроен",
    "опель",
    "форд",
    "фокус",
    "мазд",
    "мицубиси",
    "лансер",
    "хонд",
    "субару",
    "вольво",
    "скания",
    "лад",
    "жигул",
    "зил",
    "зіл",
    "маз",
    "краз",
    "газ",
    "весту",
    "веста",
    "приор",
    "калин",
    "нива",
    "ниву",
    "уаз",
    "ваз",
    "газель",
    "камаз",
];

/// Beginnings of words beside which the same letters and figures number parts, goods, flights and programs.
const OTHERS: [&str; 22] = [
    "артикул",
    "артыкул",
    "арт",
    "детал",
    "запчаст",
    "каталож",
    "парт",
    "чертеж",
    "рейс",
    "кабинет",
    "аудитори",
    "товар",
    "тавар",
    "sku",
    "part",
    "oem",
    "hex",
    "hash",
    "commit",
    "token",
    "flight",
    "host",
];

/// Whether a vehicle is told around the plate in `span`, on its line.
pub(super) fn are_told(bytes: &[u8], span: &Range<usize>) -> bool {
    let head = slice(bytes, span.start.saturating_sub(BACK_BYTES), span.start);
    let head = slice(head, memchr::memrchr(b'\n', head).map_or(0, |end| end + 1), head.len());
    let tail = slice(bytes, span.end, span.end + AHEAD_BYTES);
    let tail = slice(tail, 0, memchr::memchr(b'\n', tail).unwrap_or(tail.len()));
    let text = [String::from_utf8_lossy(head), String::from_utf8_lossy(tail)].map(|text| text.to_lowercase());
    let any = |list: &[&str]| {
        text.iter().flat_map(|text| text.split(|c: char| !c.is_alphanumeric())).any(|word| {
            // Latin words are not declined.
            let fits =
                |known: &&str| word == *known || (word.starts_with(known) && (!known.is_ascii() || known.len() > 5));
            list.iter().any(fits)
        })
    };
    (any(&VEHICLES) || any(&MAKES)) && !any(&OTHERS)
}

/// Whether words in small letters stand where a plate would: «автомобиль 2015 на 10 дней». A plate in small letters is written
/// in one piece.
pub(super) fn is_worded(value: &[u8]) -> bool {
    let small = |i: usize| at(value, i).is_ascii_lowercase() || at(value, i) >= 0x80;
    (0..value.len()).any(small)
        && str::from_utf8(value)
            .is_ok_and(|value| value.contains(char::is_lowercase) && value.contains(|c: char| !c.is_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::super::examples::all_found;

    #[test]
    fn vehicles_tell_their_plates() {
        for (id, text, want) in [
            ("kz.vehicle_plate", "The white Prado 482 KLM 01 stands on place 14", "482 KLM 01"),
            ("kz.vehicle_plate", "көлік ақ Cobalt 482 KLA 13", "482 KLA 13"),
            ("kz.vehicle_plate", "356ZTA13 aq gazel", "356ZTA13"),
            ("ua.vehicle_plate", "Водій на Ланосі АЕ 4718 КТ нахамив", "АЕ 4718 КТ"),
            ("by.vehicle_plate", "хто паставіў шэрую шкоду 4471 КС-7 на газон", "4471 КС-7"),
            ("ru.vehicle_plate", "LADA Vesta М207РН54", "М207РН54"),
            ("ru.vehicle_plate", "приехал на К 418 ХМ 154", "К 418 ХМ 154"),
            ("by.vehicle_plate", "зламаўся фургон АМ 3308-1, рамонт", "АМ 3308-1"),
            ("by.vehicle_plate", "drove a white Transit AE 7093-7. I have", "AE 7093-7"),
            ("by.vehicle_plate", "МАЗ 5440 і прычэп А 0472 Е-5", "А 0472 Е-5"),
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
        ] {
            assert_eq!(all_found(text, id), Vec::<String>::new(), "{text}");
        }
    }
}
