//! The table of messages: one row a sentence, one column a language.

use super::Lang;
use crate::problem::Reason;

macro_rules! messages {
    ($( $(#[$doc:meta])* $key:ident { en: $en:literal, ru: $ru:literal, kk: $kk:literal, uk: $uk:literal, be: $be:literal $(,)? } )*) => {
        /// A sentence, or a piece of one, that people read.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Message { $( $(#[$doc])* $key, )* }

        impl Message {
            /// Every message.
            pub const ALL: &'static [Self] = &[ $( Self::$key, )* ];

            /// The five texts, in the order of [`Lang::ALL`].
            pub(super) fn rows(self) -> [&'static str; 5] {
                match self { $( Self::$key => [$en, $ru, $kk, $uk, $be], )* }
            }
        }
    };
}

macro_rules! nouns {
    ($( $(#[$doc:meta])* $key:ident { en: $en:expr, ru: $ru:expr, kk: $kk:expr, uk: $uk:expr, be: $be:expr $(,)? } )*) => {
        /// A noun that is counted.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Noun { $( $(#[$doc])* $key, )* }

        impl Noun {
            /// Every noun.
            pub const ALL: &'static [Self] = &[ $( Self::$key, )* ];

            /// The forms of a language: one and many; or one, few and many; or a single one.
            pub(super) fn forms(self, lang: Lang) -> &'static [&'static str] {
                match self { $( Self::$key => match lang {
                    Lang::En => &$en, Lang::Ru => &$ru, Lang::Kk => &$kk, Lang::Uk => &$uk, Lang::Be => &$be,
                }, )* }
            }
        }
    };
}

nouns! {
    /// One value of a text.
    Value {
        en: ["value", "values"],
        ru: ["значение", "значения", "значений"],
        kk: ["мән"],
        uk: ["значення", "значення", "значень"],
        be: ["значэнне", "значэнні", "значэнняў"],
    }
    /// Something that was listed: a file, a member, a stream.
    Item {
        en: ["item", "items"],
        ru: ["объект", "объекта", "объектов"],
        kk: ["нысан"],
        uk: ["об'єкт", "об'єкти", "об'єктів"],
        be: ["аб'ект", "аб'екты", "аб'ектаў"],
    }
    /// One value found.
    Finding {
        en: ["finding", "findings"],
        ru: ["находка", "находки", "находок"],
        kk: ["табылған дерек"],
        uk: ["знахідка", "знахідки", "знахідок"],
        be: ["знаходка", "знаходкі", "знаходак"],
    }
    /// Something that could not be read in full.
    Gap {
        en: ["gap", "gaps"],
        ru: ["пробел", "пробела", "пробелов"],
        kk: ["олқылық"],
        uk: ["прогалина", "прогалини", "прогалин"],
        be: ["прабел", "прабелы", "прабелаў"],
    }
    /// An item that is not listed.
    MoreItem {
        en: ["more item", "more items"],
        ru: ["объект", "объекта", "объектов"],
        kk: ["нысан"],
        uk: ["об'єкт", "об'єкти", "об'єктів"],
        be: ["аб'ект", "аб'екты", "аб'ектаў"],
    }
    /// A detector that is not listed.
    MoreDetector {
        en: ["more detector", "more detectors"],
        ru: ["детектор", "детектора", "детекторов"],
        kk: ["детектор"],
        uk: ["детектор", "детектори", "детекторів"],
        be: ["дэтэктар", "дэтэктары", "дэтэктараў"],
    }
    /// A detector in a list.
    Detector {
        en: ["detector", "detectors"],
        ru: ["детектор", "детектора", "детекторов"],
        kk: ["детектор"],
        uk: ["детектор", "детектори", "детекторів"],
        be: ["дэтэктар", "дэтэктары", "дэтэктараў"],
    }
}

messages! {
    /// Unit of time.
    Seconds { en: "s", ru: "с", kk: "с", uk: "с", be: "с" }
    /// Unit of time.
    Minutes { en: "min", ru: "мин", kk: "мин", uk: "хв", be: "хв" }

    /// Confidence.
    ConfidenceHigh { en: "high", ru: "высокая", kk: "жоғары", uk: "висока", be: "высокая" }
    /// Confidence.
    ConfidenceMedium { en: "medium", ru: "средняя", kk: "орташа", uk: "середня", be: "сярэдняя" }
    /// Confidence.
    ConfidenceLow { en: "low", ru: "низкая", kk: "төмен", uk: "низька", be: "нізкая" }

    /// Where a value stands.
    Line { en: "line {line}", ru: "строка {line}", kk: "{line}-жол", uk: "рядок {line}", be: "радок {line}" }
    /// Where several values stand.
    Lines { en: "lines {line}", ru: "строки {line}", kk: "{line}-жолдар", uk: "рядки {line}", be: "радкі {line}" }
    /// Where a value stands, if lines mean nothing there.
    Byte { en: "byte {byte}", ru: "байт {byte}", kk: "{byte}-байт", uk: "байт {byte}", be: "байт {byte}" }
    /// A value in the name of a file.
    InName { en: "in the name", ru: "в имени", kk: "атауында", uk: "в імені", be: "у імені" }
    /// Who can read an item with strong identifiers.
    WorldReadable {
        en: "every local user may read it",
        ru: "читать может любой пользователь системы",
        kk: "жүйенің кез келген пайдаланушысы оқи алады",
        uk: "читати може будь-який користувач системи",
        be: "чытаць можа любы карыстальнік сістэмы",
    }
    /// Rest of a list of items.
    MoreItems {
        en: "and {items}, {findings}",
        ru: "и ещё {items}, {findings}",
        kk: "және тағы {items}, {findings}",
        uk: "і ще {items}, {findings}",
        be: "і яшчэ {items}, {findings}",
    }
    /// Rest of a list of detectors within one item.
    MoreKinds {
        en: "and {detectors}, {findings}",
        ru: "и ещё {detectors}, {findings}",
        kk: "және тағы {detectors}, {findings}",
        uk: "і ще {detectors}, {findings}",
        be: "і яшчэ {detectors}, {findings}",
    }
    /// Rest of a list.
    More { en: "and {count} more", ru: "и ещё {count}", kk: "және тағы {count}", uk: "і ще {count}", be: "і яшчэ {count}" }
    /// How to see more of the items.
    HintDetail {
        en: "-v shows masks and lines, --explain the reasons",
        ru: "-v покажет маски и строки, --explain — причины",
        kk: "-v жасырылған мәндер мен жолдарды, --explain себептерін көрсетеді",
        uk: "-v покаже маски та рядки, --explain — причини",
        be: "-v пакажа маскі і радкі, --explain — прычыны",
    }
    /// Heading of the table of counts.
    HeadCategory { en: "Category", ru: "Категория", kk: "Санат", uk: "Категорія", be: "Катэгорыя" }
    /// Column of the table of counts.
    HeadFound { en: "found", ru: "найдено", kk: "табылды", uk: "знайдено", be: "знойдзена" }
    /// Column of the table of counts.
    HeadDistinct { en: "distinct", ru: "разных", kk: "әртүрлі", uk: "різних", be: "розных" }
    /// Column of the table of counts.
    HeadConfidence { en: "confidence", ru: "уверенность", kk: "сенімділік", uk: "певність", be: "пэўнасць" }
    /// Confidence of a row where levels differ.
    PartHigh { en: "{share} % high", ru: "{share} % высокая", kk: "{share} % жоғары", uk: "{share} % висока", be: "{share} % высокая" }
    /// Heading of the list of what could not be read.
    HeadUnread {
        en: "Not read in full",
        ru: "Прочитано не полностью",
        kk: "Толық оқылмады",
        uk: "Прочитано не повністю",
        be: "Прачытана не цалкам",
    }
    /// Heading of the list of gaps that were accepted by name.
    HeadAccepted {
        en: "Not read in full, accepted by name",
        ru: "Прочитано не полностью, принято явно",
        kk: "Толық оқылмады, атымен қабылданған",
        uk: "Прочитано не повністю, прийнято явно",
        be: "Прачытана не цалкам, прынята яўна",
    }
    /// Heading of the list of what a rule left out.
    HeadLeftOut { en: "Left out by rule", ru: "Пропущено по правилу", kk: "Ереже бойынша өткізілді", uk: "Пропущено за правилом", be: "Прапушчана па правіле" }
    /// Rest of a list of items that were not read in full.
    MoreGaps { en: "and {count} more; -v lists them all", ru: "и ещё {count}; все перечислит -v", kk: "және тағы {count}; бәрін -v тізіп береді", uk: "і ще {count}; усі перелічить -v", be: "і яшчэ {count}; усе пералічыць -v" }
    /// How much was read.
    ReadLine {
        en: "Read {items}, {bytes} in {time}",
        ru: "Прочитано: {items}, {bytes} за {time}",
        kk: "Оқылды: {items}, {bytes}, уақыты {time}",
        uk: "Прочитано: {items}, {bytes} за {time}",
        be: "Прачытана: {items}, {bytes} за {time}",
    }
    /// Items that were not read again.
    UnchangedLine {
        en: "Not read again, unchanged since an earlier scan: {items}",
        ru: "Не читались заново, не изменились с прошлого раза: {items}",
        kk: "Қайта оқылмады, алдыңғы тексеруден бері өзгермеген: {items}",
        uk: "Не читалися знову, не змінилися з минулого разу: {items}",
        be: "Не чыталіся нанава, не змяніліся з мінулага разу: {items}",
    }
    /// What a state folder keeps of paths that were named on the command line.
    StatePaths {
        en: "Paths named on the command line",
        ru: "Пути из командной строки",
        kk: "Командалық жолда аталған жолдар",
        uk: "Шляхи з командного рядка",
        be: "Шляхі з каманднага радка",
    }
    /// What a state folder keeps of a volume.
    StateKept {
        en: "{items} kept ({unchanged} not to be read again unless they change), {bytes}",
        ru: "хранится: {items} (без изменений не читаются заново: {unchanged}), {bytes}",
        kk: "сақтаулы: {items} (өзгермесе қайта оқылмайды: {unchanged}), {bytes}",
        uk: "зберігається: {items} (без змін не читаються знову: {unchanged}), {bytes}",
        be: "захоўваецца: {items} (без змен не чытаюцца нанава: {unchanged}), {bytes}",
    }
    /// The newest run.
    StateLast {
        en: "last run: {state}, {time}, {run}",
        ru: "последний запуск: {state}, {time}, {run}",
        kk: "соңғы іске қосу: {state}, {time}, {run}",
        uk: "останній запуск: {state}, {time}, {run}",
        be: "апошні запуск: {state}, {time}, {run}",
    }
    /// How a run ended.
    RunComplete { en: "complete", ru: "полностью", kk: "толық", uk: "повністю", be: "цалкам" }
    /// How a run ended.
    RunIncomplete { en: "incomplete", ru: "неполно", kk: "толық емес", uk: "неповно", be: "няпоўна" }
    /// How a run ended.
    RunInterrupted { en: "interrupted", ru: "прервано", kk: "үзілді", uk: "перервано", be: "перапынена" }
    /// How a run ended.
    RunUnreachable { en: "no path of it could be reached", ru: "ни один путь не доступен", kk: "бірде-бір жолы қолжетімді емес", uk: "жоден шлях не доступний", be: "ніводзін шлях не даступны" }
    /// Jobs by state.
    StateJobs { en: "Jobs: {jobs}", ru: "Задания: {jobs}", kk: "Тапсырмалар: {jobs}", uk: "Завдання: {jobs}", be: "Заданні: {jobs}" }
    /// Strong identifiers that everybody may read.
    WorldReadableCount {
        en: "With identifiers of people, readable by every local user: {items}",
        ru: "С идентификаторами людей, доступны любому пользователю: {items}",
        kk: "Адам сәйкестендіргіштері бар, кез келген пайдаланушыға ашық: {items}",
        uk: "З ідентифікаторами людей, доступні будь-якому користувачу: {items}",
        be: "З ідэнтыфікатарамі людзей, даступныя любому карыстальніку: {items}",
    }

    /// Gate class.
    ClassSecret { en: "Passwords and keys", ru: "Пароли и ключи", kk: "Құпиясөздер мен кілттер", uk: "Паролі та ключі", be: "Паролі і ключы" }
    /// Gate class.
    ClassBiometric { en: "Biometric data", ru: "Биометрические данные", kk: "Биометриялық деректер", uk: "Біометричні дані", be: "Біяметрычныя даныя" }
    /// Gate class.
    ClassSpecial { en: "Special categories", ru: "Специальные категории", kk: "Арнайы санаттар", uk: "Особливі категорії", be: "Спецыяльныя катэгорыі" }
    /// Gate class.
    ClassFinancial { en: "Cards and accounts", ru: "Карты и счета", kk: "Карталар мен шоттар", uk: "Картки та рахунки", be: "Карткі і рахункі" }
    /// Gate class.
    ClassStrongId { en: "Identifiers of people", ru: "Идентификаторы людей", kk: "Адам сәйкестендіргіштері", uk: "Ідентифікатори людей", be: "Ідэнтыфікатары людзей" }
    /// Gate class.
    ClassContent { en: "Messages and recordings", ru: "Сообщения и записи", kk: "Хабарламалар мен жазбалар", uk: "Повідомлення та записи", be: "Паведамленні і запісы" }
    /// Gate class.
    ClassOrdinary { en: "Contacts and other data of people", ru: "Контакты и иные данные людей", kk: "Байланыс және басқа жеке деректер", uk: "Контакти та інші дані людей", be: "Кантакты і іншыя даныя людзей" }
    /// Gate class.
    ClassTechnical { en: "Technical traces", ru: "Технические следы", kk: "Техникалық іздер", uk: "Технічні сліди", be: "Тэхнічныя сляды" }
    /// Gate class.
    ClassOrg { en: "Organisations (not personal)", ru: "Организации (не персональные данные)", kk: "Ұйымдар (жеке дерек емес)", uk: "Організації (не персональні дані)", be: "Арганізацыі (не персанальныя даныя)" }

    /// Advice.
    AdviceSecret {
        en: "Revoke and replace now, then remove from here.",
        ru: "Отозвать и заменить сейчас, затем удалить отсюда.",
        kk: "Күшін жойып, ауыстырыңыз, кейін осы жерден өшіріңіз.",
        uk: "Відкликати й замінити зараз, потім видалити звідси.",
        be: "Адклікаць і замяніць зараз, потым выдаліць адсюль.",
    }
    /// Advice.
    AdviceBiometric {
        en: "Close access today; few purposes allow keeping it.",
        ru: "Закрыть доступ сегодня; хранить это можно редко.",
        kk: "Қолжетімділікті бүгін жабыңыз; сақтауға сирек рұқсат.",
        uk: "Закрити доступ сьогодні; зберігати це можна рідко.",
        be: "Закрыць доступ сёння; захоўваць гэта можна рэдка.",
    }
    /// Advice.
    AdviceSpecial {
        en: "Restrict access today; ask whether it may be kept.",
        ru: "Ограничить доступ сегодня; спросить, можно ли хранить.",
        kk: "Қолжетімділікті бүгін шектеңіз; сақтауға бола ма, біліңіз.",
        uk: "Обмежити доступ сьогодні; спитати, чи можна зберігати.",
        be: "Абмежаваць доступ сёння; спытаць, ці можна захоўваць.",
    }
    /// Advice.
    AdviceFinancial {
        en: "Keep the last four digits, delete the rest.",
        ru: "Оставить последние четыре цифры, остальное удалить.",
        kk: "Соңғы төрт цифрын қалдырып, қалғанын өшіріңіз.",
        uk: "Залишити останні чотири цифри, решту видалити.",
        be: "Пакінуць апошнія чатыры лічбы, астатняе выдаліць.",
    }
    /// Advice.
    AdviceStrongId {
        en: "Move to where few can read it, or mask it.",
        ru: "Перенести туда, где доступ у немногих, или скрыть.",
        kk: "Аз адам оқитын жерге көшіріңіз немесе жасырыңыз.",
        uk: "Перенести туди, де доступ у небагатьох, або приховати.",
        be: "Перанесці туды, дзе доступ у нямногіх, або схаваць.",
    }
    /// Advice.
    AdviceContent {
        en: "Check before it goes anywhere; delete in time.",
        ru: "Проверить перед передачей; удалить по истечении срока.",
        kk: "Беруден бұрын тексеріңіз; мерзімі өткенде өшіріңіз.",
        uk: "Перевірити перед передаванням; видалити після строку.",
        be: "Праверыць перад перадачай; выдаліць пасля тэрміну.",
    }
    /// Advice.
    AdviceOrdinary {
        en: "Delete or mask what is no longer needed.",
        ru: "Удалить или скрыть то, что больше не нужно.",
        kk: "Енді қажет емесін өшіріңіз не жасырыңыз.",
        uk: "Видалити або приховати те, що більше не потрібне.",
        be: "Выдаліць або схаваць непатрэбнае.",
    }
    /// Advice.
    AdviceTechnical {
        en: "Shorten addresses and the time that logs are kept.",
        ru: "Сократить адреса и срок хранения журналов.",
        kk: "Мекенжайлар мен журналдарды сақтау мерзімін қысқартыңыз.",
        uk: "Скоротити адреси та строк зберігання журналів.",
        be: "Скараціць адрасы і тэрмін захоўвання журналаў.",
    }

    /// Evidence.
    BecauseShape {
        en: "written the way such values are written",
        ru: "записано так, как пишут такие значения",
        kk: "мұндай мәндер осылай жазылады",
        uk: "записано так, як пишуть такі значення",
        be: "запісана так, як пішуць такія значэнні",
    }
    /// Evidence.
    BecauseCheck { en: "the check holds", ru: "проверка сходится", kk: "тексеру дұрыс шықты", uk: "перевірка сходиться", be: "праверка сыходзіцца" }
    /// Evidence.
    BecauseLoosely { en: "only the looser check holds, which a name or word for it allows", ru: "сходится лишь более мягкая проверка, допустимая при подходящем слове или имени", kk: "сәйкес сөз не атау болғанда жететін жеңіл тексеру ғана дұрыс шықты", uk: "сходиться лише м'якша перевірка, достатня за відповідного слова чи імені", be: "сыходзіцца толькі мякчэйшая праверка, дастатковая пры адпаведным слове ці імені" }
    /// Evidence.
    BecauseFormat { en: "distinctive form", ru: "характерная запись", kk: "өзіне тән жазылу", uk: "характерний запис", be: "характэрны запіс" }
    /// Evidence.
    BecauseKeyword { en: "a keyword stands near", ru: "рядом ключевое слово", kk: "жанында кілт сөз бар", uk: "поруч ключове слово", be: "побач ключавое слова" }
    /// Evidence.
    BecauseField { en: "the field's name fits", ru: "подходит имя поля", kk: "өріс атауы сәйкес", uk: "підходить ім'я поля", be: "падыходзіць імя поля" }
    /// Evidence.
    BecauseFieldNamed { en: "the field is named «{field}»", ru: "поле называется «{field}»", kk: "өріс атауы «{field}»", uk: "поле називається «{field}»", be: "поле называецца «{field}»" }
    /// Evidence.
    BecauseColumn { en: "the column's header fits", ru: "подходит заголовок столбца", kk: "баған тақырыбы сәйкес", uk: "підходить заголовок стовпця", be: "падыходзіць загаловак слупка" }
    /// Evidence.
    BecausePopulation {
        en: "its neighbours pass the check far more often than chance",
        ru: "соседние значения проходят проверку гораздо чаще случайного",
        kk: "көрші мәндер тексеруден кездейсоқтан әлдеқайда жиі өтеді",
        uk: "сусідні значення проходять перевірку набагато частіше за випадкове",
        be: "суседнія значэнні праходзяць праверку значна часцей за выпадковае",
    }
    /// Evidence.
    BecauseNegative { en: "a word speaks against it", ru: "есть слово против", kk: "қарсы сөз бар", uk: "є слово проти", be: "ёсць слова супраць" }

    /// Last line: everything read, nothing found.
    EndClean {
        en: "complete: {items} read, nothing found",
        ru: "прочитано всё: {items}, ничего не найдено",
        kk: "бәрі оқылды: {items}, ештеңе табылмады",
        uk: "прочитано все: {items}, нічого не знайдено",
        be: "прачытана ўсё: {items}, нічога не знойдзена",
    }
    /// Last line: everything read.
    EndComplete {
        en: "complete: {items} read, {findings}",
        ru: "прочитано всё: {items}, {findings}",
        kk: "бәрі оқылды: {items}, {findings}",
        uk: "прочитано все: {items}, {findings}",
        be: "прачытана ўсё: {items}, {findings}",
    }
    /// Addition to a last line: how findings stand to a baseline.
    EndBaseline {
        en: "{line}; accepted by the baseline: {known}, expired in it: {expired}",
        ru: "{line}; приняты базовым списком: {known}, просрочены в нём: {expired}",
        kk: "{line}; базалық тізім қабылдаған: {known}, мерзімі өткен: {expired}",
        uk: "{line}; прийняті базовим списком: {known}, прострочені в ньому: {expired}",
        be: "{line}; прыняты базавым спісам: {known}, пратэрмінаваны ў ім: {expired}",
    }
    /// An entry of a baseline that does not hold any more.
    BaselineExpired {
        en: "expired in the baseline on {until}: {detector} in {path} ({reason})",
        ru: "просрочено в базовом списке {until}: {detector} в {path} ({reason})",
        kk: "базалық тізімде мерзімі өтті {until}: {detector}, {path} ({reason})",
        uk: "прострочено в базовому списку {until}: {detector} у {path} ({reason})",
        be: "пратэрмінавана ў базавым спісе {until}: {detector} у {path} ({reason})",
    }
    /// Addition to a last line: gaps accepted by name.
    EndAccepted {
        en: "{line} ({gaps} accepted by name)",
        ru: "{line} (принято явно: {gaps})",
        kk: "{line} (атымен қабылданған: {gaps})",
        uk: "{line} (прийнято явно: {gaps})",
        be: "{line} (прынята яўна: {gaps})",
    }
    /// Last line: `--fail-on` reached, everything read.
    EndFindings {
        en: "findings: {findings}, as --fail-on asks",
        ru: "есть находки: {findings}, как задано в --fail-on",
        kk: "табылды: {findings}, --fail-on шартына сай",
        uk: "є знахідки: {findings}, як задано в --fail-on",
        be: "ёсць знаходкі: {findings}, як зададзена ў --fail-on",
    }
    /// Addition to a last line: the answer is not complete either.
    EndAlsoIncomplete {
        en: "{line}; not read in full: {gaps}",
        ru: "{line}; прочитано не полностью: {gaps}",
        kk: "{line}; толық оқылмады: {gaps}",
        uk: "{line}; прочитано не повністю: {gaps}",
        be: "{line}; прачытана не цалкам: {gaps}",
    }
    /// Addition to a last line: interrupted.
    EndAlsoInterrupted {
        en: "{line}; interrupted",
        ru: "{line}; прервано",
        kk: "{line}; үзілді",
        uk: "{line}; перервано",
        be: "{line}; перапынена",
    }
    /// Last line: gaps.
    EndIncomplete {
        en: "incomplete: {gaps} of {listed} not read in full, {findings}",
        ru: "неполно: прочитано не полностью {gaps} из {listed}, {findings}",
        kk: "толық емес: {listed} ішінен {gaps} толық оқылмады, {findings}",
        uk: "неповно: прочитано не повністю {gaps} з {listed}, {findings}",
        be: "няпоўна: прачытана не цалкам {gaps} з {listed}, {findings}",
    }
    /// Last line: nothing was there to read.
    EndNothingRead {
        en: "incomplete: there was nothing to read",
        ru: "неполно: читать было нечего",
        kk: "толық емес: оқитын ештеңе болмады",
        uk: "неповно: читати не було чого",
        be: "няпоўна: чытаць не было чаго",
    }
    /// Last line: a signal.
    EndInterrupted {
        en: "incomplete: interrupted after {items}, {findings}",
        ru: "неполно: прервано, прочитано {items}, {findings}",
        kk: "толық емес: үзілді, оқылғаны {items}, {findings}",
        uk: "неповно: перервано, прочитано {items}, {findings}",
        be: "няпоўна: перапынена, прачытана {items}, {findings}",
    }
    /// Last line: the output could not be written.
    EndOutput {
        en: "stopped: the output could not be written: {cause}",
        ru: "остановлено: не удалось записать результат: {cause}",
        kk: "тоқтатылды: нәтижені жазу мүмкін болмады: {cause}",
        uk: "зупинено: не вдалося записати результат: {cause}",
        be: "спынена: не ўдалося запісаць вынік: {cause}",
    }
    /// Last line: what is kept of the scan could not be written.
    EndState {
        en: "stopped: the state in `{folder}` could not be written: {cause}",
        ru: "остановлено: не удалось записать состояние в `{folder}`: {cause}",
        kk: "тоқтатылды: `{folder}` ішіндегі күйді жазу мүмкін болмады: {cause}",
        uk: "зупинено: не вдалося записати стан у `{folder}`: {cause}",
        be: "спынена: не ўдалося запісаць стан у `{folder}`: {cause}",
    }
    /// Last line: a bug.
    EndInternal {
        en: "internal error: {listed} listed, but their ends do not add up; do not rely on this answer",
        ru: "внутренняя ошибка: {listed}, но итоги не сходятся; не полагайтесь на этот ответ",
        kk: "ішкі қате: {listed}, бірақ қорытынды сәйкес келмейді; бұл жауапқа сенбеңіз",
        uk: "внутрішня помилка: {listed}, але підсумки не сходяться; не покладайтеся на цю відповідь",
        be: "унутраная памылка: {listed}, але вынікі не сыходзяцца; не спадзявайцеся на гэты адказ",
    }

    /// Title of a report.
    ReportPurposes { en: "Purposes: what volumes hold beyond what they are declared for", ru: "Цели: что хранится в томах сверх объявленного", kk: "Мақсаттар: томдарда мәлімделгеннен тыс не сақталады", uk: "Цілі: що зберігається в томах понад оголошене", be: "Мэты: што захоўваецца ў тамах звыш абвешчанага" }
    /// Title of a report.
    ReportRegister { en: "Record of processing: declared and observed", ru: "Реестр обработки: объявлено и обнаружено", kk: "Өңдеу тізілімі: мәлімделген және байқалған", uk: "Реєстр обробки: оголошено і виявлено", be: "Рэестр апрацоўкі: абвешчана і выяўлена" }
    /// Title of a report.
    ReportMeasures { en: "Measures taken in {year}", ru: "Принятые меры за {year} год", kk: "{year} жылы қабылданған шаралар", uk: "Вжиті заходи за {year} рік", be: "Прынятыя меры за {year} год" }
    /// Title of a report.
    ReportDiff { en: "Changes between two scans", ru: "Изменения между двумя проверками", kk: "Екі тексеру арасындағы өзгерістер", uk: "Зміни між двома перевірками", be: "Змены паміж дзвюма праверкамі" }
    /// Title of a report.
    ReportOverview { en: "Personal data: what lies where", ru: "Персональные данные: что где хранится", kk: "Дербес деректер: қайда не сақталған", uk: "Персональні дані: що де зберігається", be: "Персанальныя даныя: што дзе захоўваецца" }
    /// Under every report.
    ReportHint { en: "Nothing found in what was read is no proof that there is nothing. Classes are hints for sorting, not legal advice.", ru: "«Не найдено в прочитанном» не доказывает, что данных нет. Классы — подсказки для разбора, а не юридическое заключение.", kk: "Оқылған бөліктен табылмауы деректің жоқтығын дәлелдемейді. Сыныптар — талдауға арналған нұсқау, заңдық қорытынды емес.", uk: "«Не знайдено у прочитаному» не доводить, що даних немає. Класи — підказки для розбору, а не юридичний висновок.", be: "«Не знойдзена ў прачытаным» не даказвае, што даных няма. Класы — падказкі для разбору, а не юрыдычнае заключэнне." }
    /// Coverage.
    CoverComplete { en: "Everything that was asked for was read.", ru: "Прочитано всё, что было задано.", kk: "Тапсырылғанның бәрі оқылды.", uk: "Прочитано все, що було задано.", be: "Прачытана ўсё, што было зададзена." }
    /// Coverage.
    CoverIncomplete { en: "Not everything could be read: this answer has gaps.", ru: "Прочитано не всё: в этом ответе есть пробелы.", kk: "Барлығын оқу мүмкін болмады: бұл жауапта олқылықтар бар.", uk: "Прочитано не все: у цій відповіді є прогалини.", be: "Прачытана не ўсё: у гэтым адказе ёсць прагалы." }
    /// Coverage.
    CoverUnfinished { en: "The scan did not come to its end; this is what it had told until then.", ru: "Проверка не дошла до конца; здесь то, что она успела сообщить.", kk: "Тексеру аяқталмады; мұнда оның үлгергені ғана.", uk: "Перевірка не дійшла до кінця; тут те, що вона встигла повідомити.", be: "Праверка не дайшла да канца; тут тое, што яна паспела паведаміць." }
    /// Coverage.
    CoverNotScanned { en: "Declared, but in no scan: {volumes}", ru: "Объявлены, но не проверялись: {volumes}", kk: "Мәлімделген, бірақ тексерілмеген: {volumes}", uk: "Оголошені, але не перевірялися: {volumes}", be: "Абвешчаныя, але не правяраліся: {volumes}" }
    /// Coverage.
    CoverRead { en: "Read: {read} of {listed} items, {bytes}", ru: "Прочитано объектов: {read} из {listed}, {bytes}", kk: "Оқылған нысандар: {listed} ішінен {read}, {bytes}", uk: "Прочитано об'єктів: {read} з {listed}, {bytes}", be: "Прачытана аб'ектаў: {read} з {listed}, {bytes}" }
    /// Coverage.
    CoverPeople { en: "People: {least} to {most}, probably {estimate}", ru: "Людей: от {least} до {most}, вероятно {estimate}", kk: "Адамдар: {least}–{most}, шамамен {estimate}", uk: "Людей: від {least} до {most}, ймовірно {estimate}", be: "Людзей: ад {least} да {most}, верагодна {estimate}" }
    /// Column.
    HeadScanned { en: "Scanned", ru: "Проверено", kk: "Тексерілді", uk: "Перевірено", be: "Праверана" }
    /// Column.
    HeadVolume { en: "Volume", ru: "Том", kk: "Том", uk: "Том", be: "Том" }
    /// Column.
    HeadClass { en: "Class", ru: "Класс", kk: "Сынып", uk: "Клас", be: "Клас" }
    /// Column.
    HeadLaw { en: "By law", ru: "По закону", kk: "Заң бойынша", uk: "За законом", be: "Паводле закона" }
    /// Column.
    HeadVerdict { en: "Verdict", ru: "Вывод", kk: "Қорытынды", uk: "Висновок", be: "Выснова" }
    /// Column.
    HeadWhy { en: "Why", ru: "Почему", kk: "Неге", uk: "Чому", be: "Чаму" }
    /// Column.
    HeadWhere { en: "Where", ru: "Где", kk: "Қайда", uk: "Де", be: "Дзе" }
    /// Column.
    HeadSample { en: "Sample", ru: "Образец", kk: "Үлгі", uk: "Зразок", be: "Узор" }
    /// Column.
    HeadItems { en: "Items", ru: "Объектов", kk: "Нысандар", uk: "Об'єктів", be: "Аб'ектаў" }
    /// Column.
    HeadReason { en: "Reason", ru: "Причина", kk: "Себебі", uk: "Причина", be: "Прычына" }
    /// Column.
    HeadState { en: "State", ru: "Состояние", kk: "Күйі", uk: "Стан", be: "Стан" }
    /// Column.
    HeadOwner { en: "Owner", ru: "Владелец", kk: "Иесі", uk: "Власник", be: "Уладальнік" }
    /// Column.
    HeadMode { en: "Rights", ru: "Права", kk: "Құқықтар", uk: "Права", be: "Правы" }
    /// Column.
    HeadPurpose { en: "Purpose", ru: "Цель", kk: "Мақсат", uk: "Мета", be: "Мэта" }
    /// Column.
    HeadSubjects { en: "Whose data", ru: "Чьи данные", kk: "Кімнің деректері", uk: "Чиї дані", be: "Чые даныя" }
    /// Column.
    HeadAllowed { en: "Declared data", ru: "Объявленные данные", kk: "Мәлімделген деректер", uk: "Оголошені дані", be: "Абвешчаныя даныя" }
    /// Column.
    HeadObserved { en: "Observed data", ru: "Обнаруженные данные", kk: "Байқалған деректер", uk: "Виявлені дані", be: "Выяўленыя даныя" }
    /// Column.
    HeadOutside { en: "Outside of the purpose", ru: "Вне цели", kk: "Мақсаттан тыс", uk: "Поза метою", be: "Па-за мэтай" }
    /// Column.
    HeadActions { en: "Actions", ru: "Действия", kk: "Әрекеттер", uk: "Дії", be: "Дзеянні" }
    /// Column.
    HeadRecipients { en: "Recipients", ru: "Получатели", kk: "Алушылар", uk: "Одержувачі", be: "Атрымальнікі" }
    /// Column.
    HeadCountries { en: "Country", ru: "Страна", kk: "Ел", uk: "Країна", be: "Краіна" }
    /// Column.
    HeadTerm { en: "Kept", ru: "Срок хранения", kk: "Сақтау мерзімі", uk: "Строк зберігання", be: "Тэрмін захоўвання" }
    /// Column.
    HeadBasis { en: "Legal ground", ru: "Правовое основание", kk: "Құқықтық негіз", uk: "Підстава обробки", be: "Прававая падстава" }
    /// Column.
    HeadMeasures { en: "Measures", ru: "Меры защиты", kk: "Қорғау шаралары", uk: "Заходи захисту", be: "Меры абароны" }
    /// Column.
    HeadResponsible { en: "Responsible", ru: "Ответственный", kk: "Жауапты", uk: "Відповідальний", be: "Адказны" }
    /// Column.
    HeadSince { en: "Since", ru: "Начало", kk: "Басталуы", uk: "Початок", be: "Пачатак" }
    /// Column.
    HeadRole { en: "Role", ru: "Роль", kk: "Рөлі", uk: "Роль", be: "Роля" }
    /// Who decides about the data of a volume.
    RoleOperator { en: "operator", ru: "оператор", kk: "оператор", uk: "володілець", be: "аператар" }
    /// Who works on the data of somebody else.
    RoleProcessor { en: "processor", ru: "обработчик", kk: "өңдеуші", uk: "розпорядник", be: "упаўнаважаная асоба" }
    /// Column.
    HeadLastScan { en: "Last scan", ru: "Последняя проверка", kk: "Соңғы тексеру", uk: "Остання перевірка", be: "Апошняя праверка" }
    /// Column.
    HeadChange { en: "Change", ru: "Изменение", kk: "Өзгеріс", uk: "Зміна", be: "Змена" }
    /// Heading.
    HeadAdvice { en: "What to do", ru: "Что делать", kk: "Не істеу керек", uk: "Що робити", be: "Што рабіць" }
    /// Heading.
    HeadOpen { en: "Data of people that every local user may read", ru: "Данные людей, доступные любому пользователю системы", kk: "Жүйенің кез келген пайдаланушысы оқи алатын адам деректері", uk: "Дані людей, доступні будь-якому користувачу системи", be: "Даныя людзей, даступныя любому карыстальніку сістэмы" }
    /// Heading.
    HeadFindings { en: "Findings", ru: "Находки", kk: "Табылғандар", uk: "Знахідки", be: "Знаходкі" }
    /// Heading.
    HeadGaps { en: "Not read in full or left out", ru: "Прочитано не полностью или пропущено", kk: "Толық оқылмаған немесе өткізілген", uk: "Прочитано не повністю або пропущено", be: "Прачытана не цалкам або прапушчана" }
    /// Heading.
    HeadMatrix { en: "Volumes and categories", ru: "Тома и категории", kk: "Томдар мен санаттар", uk: "Томи та категорії", be: "Тамы і катэгорыі" }
    /// Heading.
    HeadCoverage { en: "Coverage", ru: "Охват проверки", kk: "Тексеру қамтуы", uk: "Охоплення перевірки", be: "Ахоп праверкі" }
    /// Verdict.
    VerdictViolation { en: "violation", ru: "нарушение", kk: "бұзушылық", uk: "порушення", be: "парушэнне" }
    /// Below the number of verdicts.
    PageViolations { en: "Violations", ru: "Нарушения", kk: "Бұзушылықтар", uk: "Порушення", be: "Парушэнні" }
    /// Verdict.
    VerdictReview { en: "to be reviewed", ru: "на рассмотрение", kk: "қарау қажет", uk: "на розгляд", be: "на разгляд" }
    /// Verdict.
    VerdictUndeclared { en: "purpose not declared", ru: "цель не объявлена", kk: "мақсаты мәлімделмеген", uk: "мету не оголошено", be: "мэта не абвешчана" }
    /// Verdict.
    VerdictUninstructed { en: "no instruction", ru: "нет поручения", kk: "тапсырма жоқ", uk: "немає доручення", be: "няма даручэння" }
    /// Reason.
    WhyNotAllowed { en: "no declared purpose allows it", ru: "ни одна объявленная цель этого не допускает", kk: "мәлімделген мақсаттардың ешқайсысы рұқсат етпейді", uk: "жодна оголошена мета цього не дозволяє", be: "ніводная абвешчаная мэта гэтага не дазваляе" }
    /// Reason.
    WhyNeverOpen { en: "never covered by an open-ended purpose", ru: "открытой целью такое не покрывается", kk: "ашық мақсат мұндайды қамтымайды", uk: "відкритою метою таке не охоплюється", be: "адкрытай мэтай такое не ахопліваецца" }
    /// Reason.
    WhyOpenEnded { en: "the purpose is open-ended; a person must say", ru: "цель открытая; решает человек", kk: "мақсат ашық; адам шешеді", uk: "мета відкрита; вирішує людина", be: "мэта адкрытая; вырашае чалавек" }
    /// Reason.
    WhyFew { en: "too few to be a habit; a person must say", ru: "слишком мало для системы; решает человек", kk: "жүйелі емес, саны аз; адам шешеді", uk: "замало для системи; вирішує людина", be: "замала для сістэмы; вырашае чалавек" }
    /// Reason.
    WhyUndeclared { en: "the volume has no declared purpose", ru: "у тома нет объявленной цели", kk: "томның мәлімделген мақсаты жоқ", uk: "том не має оголошеної мети", be: "том не мае абвешчанай мэты" }
    /// Reason.
    WhyUninstructed { en: "a processor without an instruction looks at nothing", ru: "обработчик без поручения ничего не смотрит", kk: "тапсырмасы жоқ өңдеуші ештеңені қарамайды", uk: "розпорядник без доручення нічого не дивиться", be: "упаўнаважаная асоба без даручэння нічога не глядзіць" }
    /// Instead of a table.
    NoPurposeFindings { en: "Nothing was found outside of the declared purposes.", ru: "Вне объявленных целей ничего не найдено.", kk: "Мәлімделген мақсаттардан тыс ештеңе табылмады.", uk: "Поза оголошеними цілями нічого не знайдено.", be: "Па-за абвешчанымі мэтамі нічога не знойдзена." }
    /// Instead of a table.
    NothingFound { en: "Nothing was found in what was read.", ru: "В прочитанном ничего не найдено.", kk: "Оқылған бөліктен ештеңе табылмады.", uk: "У прочитаному нічого не знайдено.", be: "У прачытаным нічога не знойдзена." }
    /// Class of a law.
    LawRestricted { en: "restricted access", ru: "ограниченного доступа", kk: "қолжетімділігі шектеулі", uk: "обмеженого доступу", be: "абмежаванага доступу" }
    /// Class of a law.
    LawPublic { en: "public", ru: "общедоступные", kk: "жалпыға қолжетімді", uk: "загальнодоступні", be: "агульнадаступныя" }
    /// Class of a law.
    LawBiometric { en: "biometric", ru: "биометрические", kk: "биометриялық", uk: "біометричні", be: "біяметрычныя" }
    /// Class of a law.
    LawSpecial { en: "special", ru: "специальные", kk: "арнайы", uk: "особливі", be: "спецыяльныя" }
    /// Class of a law.
    LawOther { en: "other", ru: "иные", kk: "өзге", uk: "інші", be: "іншыя" }
    /// Class of a law.
    LawRisk { en: "special risk", ru: "особого риска", kk: "ерекше қауіпті", uk: "особливого ризику", be: "асаблівай рызыкі" }
    /// Class of a law.
    LawOrdinary { en: "ordinary", ru: "обычные", kk: "қарапайым", uk: "звичайні", be: "звычайныя" }
    /// Class of a law.
    LawCriminal { en: "criminal record", ru: "о судимости", kk: "сотталғандық", uk: "про судимість", be: "пра судзімасць" }
    /// Class of a law.
    LawNone { en: "not personal", ru: "не персональные", kk: "дербес емес", uk: "не персональні", be: "не персанальныя" }
    /// How long.
    TermUntil { en: "until: {event}", ru: "до события: {event}", kk: "оқиғаға дейін: {event}", uk: "до події: {event}", be: "да падзеі: {event}" }
    /// How long.
    TermDays { en: "{count} days after: {event}", ru: "{count} дней после события: {event}", kk: "оқиғадан кейін {count} күн: {event}", uk: "{count} днів після події: {event}", be: "{count} дзён пасля падзеі: {event}" }
    /// How long.
    TermYears { en: "{count} years after: {event}", ru: "{count} лет после события: {event}", kk: "оқиғадан кейін {count} жыл: {event}", uk: "{count} років після події: {event}", be: "{count} гадоў пасля падзеі: {event}" }
    /// How long.
    TermLaw { en: "as the law says, after: {event}", ru: "по закону, после события: {event}", kk: "заң бойынша, оқиғадан кейін: {event}", uk: "за законом, після події: {event}", be: "паводле закона, пасля падзеі: {event}" }
    /// A time allowed.
    SpanHours { en: "{count} h", ru: "{count} ч", kk: "{count} сағат", uk: "{count} год", be: "{count} гадз" }
    /// A time allowed.
    SpanDays { en: "{count} days", ru: "{count} дн.", kk: "{count} күн", uk: "{count} дн.", be: "{count} дн." }
    /// A time allowed.
    SpanWorkingDays { en: "{count} working days", ru: "{count} раб. дн.", kk: "{count} жұмыс күні", uk: "{count} роб. дн.", be: "{count} прац. дн." }
    /// A time allowed.
    SpanYears { en: "{count} years", ru: "{count} г.", kk: "{count} жыл", uk: "{count} р.", be: "{count} г." }
    /// Event.
    EventConsentEnd { en: "consent ends", ru: "окончание согласия", kk: "келісімнің аяқталуы", uk: "закінчення згоди", be: "заканчэнне згоды" }
    /// Event.
    EventConsentWithdrawn { en: "consent is withdrawn", ru: "отзыв согласия", kk: "келісімнің қайтарып алынуы", uk: "відкликання згоди", be: "адкліканне згоды" }
    /// Event.
    EventContractEnd { en: "the contract ends", ru: "окончание договора", kk: "шарттың аяқталуы", uk: "закінчення договору", be: "заканчэнне дагавора" }
    /// Event.
    EventEmploymentEnd { en: "employment ends", ru: "окончание трудовых отношений", kk: "еңбек қатынасының аяқталуы", uk: "закінчення трудових відносин", be: "заканчэнне працоўных адносін" }
    /// Event.
    EventHiringDecision { en: "the decision on hiring", ru: "решение о найме", kk: "жұмысқа алу туралы шешім", uk: "рішення про найм", be: "рашэнне аб найме" }
    /// Event.
    EventHiringRefused { en: "refusal to hire", ru: "отказ в найме", kk: "жұмысқа алудан бас тарту", uk: "відмова у наймі", be: "адмова ў найме" }
    /// Event.
    EventLicenceEnd { en: "the licence ends", ru: "окончание лицензии", kk: "лицензияның аяқталуы", uk: "закінчення ліцензії", be: "заканчэнне ліцэнзіі" }
    /// Event.
    EventPurposeAchieved { en: "the purpose is achieved", ru: "достижение цели", kk: "мақсатқа жету", uk: "досягнення мети", be: "дасягненне мэты" }
    /// Action.
    ActionAccumulation { en: "accumulation", ru: "накопление", kk: "жинақтау", uk: "накопичення", be: "назапашванне" }
    /// Action.
    ActionStorage { en: "storage", ru: "хранение", kk: "сақтау", uk: "зберігання", be: "захоўванне" }
    /// Action.
    ActionTransfer { en: "transfer as the operator chooses", ru: "передача по выбору оператора", kk: "оператордың таңдауы бойынша беру", uk: "передача за вибором володільця", be: "перадача па выбары аператара" }
    /// Action.
    ActionDestruction { en: "destruction", ru: "уничтожение", kk: "жою", uk: "знищення", be: "знішчэнне" }
    /// A value that was not there before.
    ChangeNew { en: "new", ru: "новое", kk: "жаңа", uk: "нове", be: "новае" }
    /// A value that is not there any more.
    ChangeGone { en: "gone", ru: "исчезло", kk: "жоғалды", uk: "зникло", be: "знікла" }
    /// A value that is still there.
    ChangeSame { en: "same", ru: "осталось", kk: "сол күйінде", uk: "лишилося", be: "засталося" }
    /// A known value at a new place.
    ChangeSpread { en: "known, at a new place", ru: "известное, на новом месте", kk: "белгілі, жаңа жерде", uk: "відоме, на новому місці", be: "вядомае, на новым месцы" }
    /// A value whose item was not read this time.
    ChangeUnread { en: "not read this time", ru: "в этот раз не прочитано", kk: "бұл жолы оқылмады", uk: "цього разу не прочитано", be: "у гэты раз не прачытана" }
    /// A note.
    DiffRules { en: "The two scans looked for different things: the detectors or the threshold differ.", ru: "Проверки искали разное: различаются детекторы или порог.", kk: "Тексерулер әртүрлі нәрсені іздеді: детекторлар немесе шек өзгеше.", uk: "Перевірки шукали різне: відрізняються детектори або поріг.", be: "Праверкі шукалі рознае: адрозніваюцца дэтэктары або парог." }
    /// Heading.
    MeasuresScans { en: "Scans", ru: "Проверки", kk: "Тексерулер", uk: "Перевірки", be: "Праверкі" }
    /// Heading.
    MeasuresDecisions { en: "Decisions by destination", ru: "Решения по получателям", kk: "Алушылар бойынша шешімдер", uk: "Рішення за одержувачами", be: "Рашэнні паводле атрымальнікаў" }
    /// Heading.
    MeasuresOverrides { en: "Rules loosened by the operator", ru: "Правила, ослабленные оператором", kk: "Оператор жұмсартқан ережелер", uk: "Правила, послаблені володільцем", be: "Правілы, паслабленыя аператарам" }
    /// Heading.
    MeasuresHolds { en: "Holds and approvals", ru: "Удержания и утверждения", kk: "Ұсталғандар мен бекітулер", uk: "Утримання та затвердження", be: "Затрыманні і зацвярджэнні" }
    /// Heading.
    MeasuresDeadlines { en: "Deadlines in force", ru: "Действующие сроки", kk: "Қолданыстағы мерзімдер", uk: "Чинні строки", be: "Дзейныя тэрміны" }
    /// A note.
    MeasuresNoLog { en: "No decision log was given.", ru: "Журнал решений не указан.", kk: "Шешімдер журналы көрсетілмеген.", uk: "Журнал рішень не вказано.", be: "Журнал рашэнняў не пазначаны." }
    /// Column.
    HeadSeq { en: "Record", ru: "Запись", kk: "Жазба", uk: "Запис", be: "Запіс" }
    /// Column.
    HeadWhen { en: "When", ru: "Когда", kk: "Қашан", uk: "Коли", be: "Калі" }
    /// Column.
    HeadDestination { en: "Destination", ru: "Получатель", kk: "Алушы", uk: "Одержувач", be: "Атрымальнік" }
    /// Column.
    HeadDecisions { en: "Decisions", ru: "Решений", kk: "Шешімдер", uk: "Рішень", be: "Рашэнняў" }
    /// Column.
    HeadCount { en: "Count", ru: "Количество", kk: "Саны", uk: "Кількість", be: "Колькасць" }
    /// Column.
    HeadRule { en: "Rule", ru: "Правило", kk: "Ереже", uk: "Правило", be: "Правіла" }
    /// Column.
    HeadDeadline { en: "Deadline", ru: "Срок", kk: "Мерзім", uk: "Строк", be: "Тэрмін" }
    /// Column.
    HeadSource { en: "Source", ru: "Источник", kk: "Дереккөз", uk: "Джерело", be: "Крыніца" }
    /// A number.
    HoldsOpen { en: "open", ru: "открыто", kk: "ашық", uk: "відкрито", be: "адкрыта" }
    /// A number.
    HoldsApproved { en: "approved", ru: "утверждено", kk: "бекітілген", uk: "затверджено", be: "зацверджана" }
    /// A number.
    HoldsMedian { en: "median hours until approval", ru: "медиана часов до утверждения", kk: "бекітуге дейінгі сағаттар медианасы", uk: "медіана годин до затвердження", be: "медыяна гадзін да зацвярджэння" }
    /// A number.
    HoldsLongest { en: "longest, hours", ru: "дольше всего, часов", kk: "ең ұзағы, сағат", uk: "найдовше, годин", be: "найдаўжэй, гадзін" }
    /// Field of the page.
    PageFilter { en: "Filter: path, category, volume", ru: "Отбор: путь, категория, том", kk: "Сүзгі: жол, санат, том", uk: "Відбір: шлях, категорія, том", be: "Адбор: шлях, катэгорыя, том" }
    /// Choice of the page.
    PageAll { en: "all", ru: "все", kk: "бәрі", uk: "усі", be: "усе" }
    /// Line of the page.
    PageShown { en: "shown {shown} of {total}", ru: "показано {shown} из {total}", kk: "көрсетілгені: {total} ішінен {shown}", uk: "показано {shown} з {total}", be: "паказана {shown} з {total}" }
    /// Line of the page.
    PageCapped { en: "The page holds the {count} most urgent rows; the rest is in the scan file.", ru: "На странице {count} самых срочных строк; остальное — в файле проверки.", kk: "Бетте ең шұғыл {count} жол бар; қалғаны тексеру файлында.", uk: "На сторінці {count} найтерміновіших рядків; решта — у файлі перевірки.", be: "На старонцы {count} самых тэрміновых радкоў; астатняе — у файле праверкі." }
    /// Line of the page.
    PageModesUnknown { en: "Who may read is not in this scan file; scan with --format json or --items.", ru: "Кто может читать, в этом файле не указано; проверьте с --format json или --items.", kk: "Кім оқи алатыны бұл файлда жоқ; --format json немесе --items қолданыңыз.", uk: "Хто може читати, у цьому файлі не вказано; перевірте з --format json або --items.", be: "Хто можа чытаць, у гэтым файле не пазначана; праверце з --format json або --items." }
    /// Line of the page.
    PageNeedsScript { en: "Filter and sort need scripts; everything else is below.", ru: "Отбор и сортировка требуют сценариев; остальное — ниже.", kk: "Сүзгі мен сұрыптау сценарийлерді қажет етеді; қалғаны төменде.", uk: "Відбір і сортування потребують сценаріїв; решта — нижче.", be: "Адбор і сартаванне патрабуюць сцэнарыяў; астатняе — ніжэй." }
    /// Heading of a chart.
    PageChart { en: "Findings by class", ru: "Находки по классам", kk: "Сыныптар бойынша", uk: "Знахідки за класами", be: "Знаходкі паводле класаў" }
    /// A number.
    PagePeople { en: "People", ru: "Людей", kk: "Адамдар", uk: "Людей", be: "Людзей" }
    /// Heading.
    PagePurposes { en: "Outside of the declared purposes", ru: "Вне объявленных целей", kk: "Мәлімделген мақсаттардан тыс", uk: "Поза оголошеними цілями", be: "Па-за абвешчанымі мэтамі" }
    /// Word in a row.
    PageEveryone { en: "open to everyone", ru: "доступно всем", kk: "бәріне ашық", uk: "доступно всім", be: "даступна ўсім" }
    /// Button.
    PageMore { en: "and {count} more", ru: "и ещё {count}", kk: "және тағы {count}", uk: "і ще {count}", be: "і яшчэ {count}" }
    /// Search field of a page of tables.
    PageSearch { en: "Filter rows", ru: "Отбор строк", kk: "Жолдарды сүзу", uk: "Відбір рядків", be: "Адбор радкоў" }
    /// Label.
    PageLanguage { en: "Language", ru: "Язык", kk: "Тіл", uk: "Мова", be: "Мова" }
    /// A fact.
    WordYes { en: "yes", ru: "да", kk: "иә", uk: "так", be: "так" }
    /// A fact.
    WordNo { en: "no", ru: "нет", kk: "жоқ", uk: "ні", be: "не" }

    /// Title of the service's page.
    ConsoleService { en: "the service", ru: "служба", kk: "қызмет", uk: "служба", be: "служба" }
    /// Heading.
    ConsoleNow { en: "What is running", ru: "Что выполняется", kk: "Не орындалып жатыр", uk: "Що виконується", be: "Што выконваецца" }
    /// State.
    ConsoleRunning { en: "running", ru: "работает", kk: "жұмыс істеп тұр", uk: "працює", be: "працуе" }
    /// State.
    ConsoleUnreachable { en: "the service does not answer", ru: "служба не отвечает", kk: "қызмет жауап бермейді", uk: "служба не відповідає", be: "служба не адказвае" }
    /// State.
    ConsoleSignInNeeded { en: "a token is needed", ru: "нужен токен", kk: "токен қажет", uk: "потрібен токен", be: "патрэбны токен" }
    /// Button.
    ConsoleSignIn { en: "Sign in", ru: "Войти", kk: "Кіру", uk: "Увійти", be: "Увайсці" }
    /// Button.
    ConsoleSignOut { en: "Sign out", ru: "Выйти", kk: "Шығу", uk: "Вийти", be: "Выйсці" }
    /// Field.
    ConsoleToken { en: "Token", ru: "Токен", kk: "Токен сөзі", uk: "Токен доступу", be: "Токен доступу" }
    /// A message.
    ConsoleTokenWrong { en: "The service does not know this token.", ru: "Служба не знает такого токена.", kk: "Қызмет мұндай токенді білмейді.", uk: "Служба не знає такого токена.", be: "Служба не ведае такога токена." }
    /// Under a field.
    ConsoleTokenHint { en: "A token from the service's token file. It stays in this tab.", ru: "Токен из файла токенов службы. Он остаётся в этой вкладке.", kk: "Қызметтің токен файлындағы токен. Ол осы қойындыда қалады.", uk: "Токен із файлу токенів служби. Він лишається в цій вкладці.", be: "Токен з файла токенаў службы. Ён застаецца ў гэтай укладцы." }
    /// Field.
    ConsoleTheme { en: "Appearance", ru: "Оформление", kk: "Көрініс", uk: "Оформлення", be: "Афармленне" }
    /// Choice.
    ConsoleThemeAuto { en: "as the system", ru: "как в системе", kk: "жүйедегідей", uk: "як у системі", be: "як у сістэме" }
    /// Choice.
    ConsoleThemeLight { en: "light", ru: "светлое", kk: "ашық", uk: "світле", be: "светлае" }
    /// Choice.
    ConsoleThemeDark { en: "dark", ru: "тёмное", kk: "күңгірт", uk: "темне", be: "цёмнае" }
    /// A line.
    ConsoleWaiting { en: "Waiting: volumes {walks}, changed files {paths}, logs {logs}", ru: "В очереди: томов {walks}, изменённых файлов {paths}, журналов {logs}", kk: "Кезекте: томдар {walks}, өзгерген файлдар {paths}, журналдар {logs}", uk: "У черзі: томів {walks}, змінених файлів {paths}, журналів {logs}", be: "У чарзе: тамоў {walks}, змененых файлаў {paths}, журналаў {logs}" }
    /// Column.
    ConsoleWatching { en: "Watching", ru: "Наблюдение", kk: "Бақылау", uk: "Спостереження", be: "Назіранне" }
    /// How a volume is watched.
    ConsoleWatchEvents { en: "by events", ru: "по событиям", kk: "оқиғалар бойынша", uk: "за подіями", be: "паводле падзей" }
    /// How a volume is watched.
    ConsoleWatchPoll { en: "by walking", ru: "обходом", kk: "аралау арқылы", uk: "обходом файлів", be: "абыходам" }
    /// How a volume is watched.
    ConsoleWatchNone { en: "not watched", ru: "не наблюдается", kk: "бақыланбайды", uk: "не спостерігається", be: "не назіраецца" }
    /// How a volume is watched.
    ConsoleWatchStarting { en: "starting", ru: "запускается", kk: "іске қосылуда", uk: "запускається", be: "запускаецца" }
    /// How a volume is watched.
    ConsoleWatchStalled { en: "does not answer", ru: "не отвечает", kk: "жауап бермейді", uk: "не відповідає", be: "не адказвае" }
    /// State.
    ConsoleWalking { en: "being scanned", ru: "проверяется", kk: "тексерілуде", uk: "перевіряється", be: "правяраецца" }
    /// Column.
    ConsoleLastWalk { en: "Last scan", ru: "Последний обход", kk: "Соңғы аралау", uk: "Останній обхід", be: "Апошні абыход" }
    /// Column.
    ConsoleJob { en: "Job", ru: "Задание", kk: "Тапсырма", uk: "Завдання", be: "Заданне" }
    /// State of a job.
    ConsoleJobQueued { en: "queued", ru: "в очереди", kk: "кезекте", uk: "у черзі", be: "у чарзе" }
    /// State of a job.
    ConsoleJobRunning { en: "running", ru: "выполняется", kk: "орындалуда", uk: "виконується", be: "выконваецца" }
    /// State of a job.
    ConsoleJobDone { en: "done", ru: "выполнено", kk: "орындалды", uk: "виконано", be: "выканана" }
    /// State of a job.
    ConsoleJobFailed { en: "failed", ru: "не удалось", kk: "орындалмады", uk: "не вдалося", be: "не ўдалося" }
    /// State of a job.
    ConsoleJobCancelled { en: "cancelled", ru: "отменено", kk: "тоқтатылды", uk: "скасовано", be: "скасавана" }
    /// Column.
    ConsoleCreated { en: "When", ru: "Когда", kk: "Қашан", uk: "Коли", be: "Калі" }
    /// Heading.
    ConsoleHolds { en: "Waiting for a person", ru: "Ждут решения человека", kk: "Адам шешімін күтуде", uk: "Чекають на рішення людини", be: "Чакаюць рашэння чалавека" }
    /// Instead of a table.
    ConsoleNoHolds { en: "Nothing waits.", ru: "Ничего не ждёт.", kk: "Ештеңе күтіп тұрған жоқ.", uk: "Нічого не чекає.", be: "Нічога не чакае." }
    /// Button.
    ConsoleApprove { en: "Approve", ru: "Утвердить", kk: "Бекіту", uk: "Затвердити", be: "Зацвердзіць" }
    /// Button.
    ConsoleCancel { en: "Cancel", ru: "Отмена", kk: "Бас тарту", uk: "Скасувати", be: "Скасаваць" }
    /// Field.
    ConsoleRole { en: "Your role", ru: "Ваша роль", kk: "Рөліңіз", uk: "Ваша роль у справі", be: "Ваша роля" }
    /// Field.
    ConsoleReason { en: "Why it may pass", ru: "Почему можно передать", kk: "Неліктен өткізуге болады", uk: "Чому можна передати", be: "Чаму можна перадаць" }
    /// Field.
    ConsoleHours { en: "Holds for hours", ru: "Действует часов", kk: "Неше сағат жарамды", uk: "Діє годин", be: "Дзейнічае гадзін" }
    /// A message.
    ConsoleRefused { en: "refused", ru: "отказано", kk: "қабылданбады", uk: "відмовлено", be: "адмоўлена" }
    /// Heading.
    ConsoleDecisions { en: "Decision log", ru: "Журнал решений", kk: "Шешімдер журналы", uk: "Журнал рішень", be: "Журнал рашэнняў" }
    /// Button.
    ConsoleVerify { en: "Verify the chain", ru: "Проверить цепочку", kk: "Тізбекті тексеру", uk: "Перевірити ланцюжок", be: "Праверыць ланцужок" }
    /// Button.
    ConsoleNext { en: "Next page", ru: "Ещё", kk: "Тағы", uk: "Ще", be: "Яшчэ" }
    /// Field.
    ConsolePath { en: "File or folder", ru: "Файл или папка", kk: "Файл не қалта", uk: "Файл або тека", be: "Файл або папка" }

    /// Reason.
    SpecialFile { en: "no ordinary file (pipe, socket, device, folder)", ru: "не обычный файл (канал, сокет, устройство, папка)", kk: "кәдімгі файл емес (арна, сокет, құрылғы, қалта)", uk: "не звичайний файл (канал, сокет, пристрій, тека)", be: "не звычайны файл (канал, сокет, прылада, папка)" }
    /// Reason.
    OwnOutput { en: "the program's own output", ru: "собственный вывод программы", kk: "бағдарламаның өз шығысы", uk: "власний вивід програми", be: "уласны вывад праграмы" }
    /// Reason.
    Excluded { en: "left out by --exclude", ru: "исключено через --exclude", kk: "--exclude арқылы алынып тасталды", uk: "вилучено через --exclude", be: "выключана праз --exclude" }
    /// Reason.
    OtherFileSystem { en: "on another file system", ru: "на другой файловой системе", kk: "басқа файлдық жүйеде", uk: "на іншій файловій системі", be: "на іншай файлавай сістэме" }
    /// Reason.
    Link { en: "symbolic link, not followed", ru: "символическая ссылка, переход не делается", kk: "символдық сілтеме, өтілмейді", uk: "символічне посилання, перехід не робиться", be: "сімвалічная спасылка, пераход не робіцца" }
    /// Reason.
    DuplicateInode { en: "another name of a file already read", ru: "другое имя уже прочитанного файла", kk: "оқылып қойған файлдың басқа атауы", uk: "інше ім'я вже прочитаного файла", be: "іншае імя ўжо прачытанага файла" }
    /// Reason.
    Vanished { en: "gone before it was opened", ru: "исчез до открытия", kk: "ашылғанға дейін жоғалды", uk: "зник до відкриття", be: "знік да адкрыцця" }
    /// Reason.
    NotReached { en: "not reached before the stop", ru: "не дошли до остановки", kk: "тоқтатылғанға дейін кезегі келмеді", uk: "не дійшли до зупинки", be: "не дайшлі да спынення" }
    /// Reason.
    ChangedDuringScan { en: "changed while it was read", ru: "изменился во время чтения", kk: "оқу кезінде өзгерді", uk: "змінився під час читання", be: "змяніўся падчас чытання" }
    /// Reason.
    IoError { en: "the storage reported an error", ru: "ошибка чтения с носителя", kk: "сақтағыштан оқу қатесі", uk: "помилка читання з носія", be: "памылка чытання з носьбіта" }
    /// Reason.
    VanishedMidway { en: "gone while it was read", ru: "исчез во время чтения", kk: "оқу кезінде жоғалды", uk: "зник під час читання", be: "знік падчас чытання" }
    /// Reason.
    LimitFindings { en: "more findings than one item may list", ru: "находок больше, чем разрешено на объект", kk: "бір нысанға рұқсат етілгеннен көп табылды", uk: "знахідок більше, ніж дозволено на об'єкт", be: "знаходак больш, чым дазволена на аб'ект" }
    /// Reason.
    LimitDepth { en: "containers in containers, too deep", ru: "слишком много вложенных уровней", kk: "кірістіру деңгейі тым көп", uk: "забагато вкладених рівнів", be: "зашмат укладзеных узроўняў" }
    /// Reason.
    LimitMembers { en: "more members than one file may have", ru: "вложенных файлов больше разрешённого", kk: "ішіндегі файлдар рұқсат етілгеннен көп", uk: "вкладених файлів більше дозволеного", be: "укладзеных файлаў больш за дазволенае" }
    /// Reason.
    LimitBytes { en: "unpacks to more bytes than allowed", ru: "при распаковке больше разрешённого объёма", kk: "ашқанда рұқсат етілген көлемнен асады", uk: "після розпакування більше дозволеного обсягу", be: "пасля распакоўкі больш за дазволены аб'ём" }
    /// Reason.
    LimitRatio { en: "unpacks out of all proportion", ru: "несоразмерно велик при распаковке", kk: "ашқанда шамадан тыс үлкейеді", uk: "непомірно великий після розпакування", be: "непамерна вялікі пасля распакоўкі" }
    /// Reason.
    LimitMemory { en: "needs more memory than allowed", ru: "нужно больше памяти, чем разрешено", kk: "рұқсат етілгеннен көп жад керек", uk: "потрібно більше пам'яті, ніж дозволено", be: "патрэбна больш памяці, чым дазволена" }
    /// Reason.
    Corrupt { en: "damaged or cut off", ru: "повреждено или оборвано", kk: "бүлінген немесе үзілген", uk: "пошкоджено або обірвано", be: "пашкоджана або абарвана" }
    /// Reason.
    Mislabelled { en: "its name promises another format", ru: "имя обещает другой формат", kk: "атауы басқа пішімді білдіреді", uk: "ім'я обіцяє інший формат", be: "імя абяцае іншы фармат" }
    /// Reason.
    EncryptedPart { en: "some of it is encrypted", ru: "часть зашифрована", kk: "бір бөлігі шифрланған", uk: "частину зашифровано", be: "частка зашыфравана" }
    /// Reason.
    UnreadPart { en: "something inside was not read in full", ru: "что-то внутри прочитано не полностью", kk: "ішіндегі бір нәрсе толық оқылмады", uk: "щось усередині прочитано не повністю", be: "нешта ўсярэдзіне прачытана не цалкам" }
    /// Reason.
    AmbiguousContainer { en: "programs would unpack it differently", ru: "разные программы распакуют это по-разному", kk: "бағдарламалар мұны әртүрлі ашады", uk: "різні програми розпакують це по-різному", be: "розныя праграмы распакуюць гэта па-рознаму" }
    /// Reason.
    Timeout { en: "took longer than allowed", ru: "дольше разрешённого времени", kk: "рұқсат етілген уақыттан ұзақ", uk: "довше за дозволений час", be: "даўжэй за дазволены час" }
    /// Reason.
    Internal { en: "a bug in this program; please report it", ru: "ошибка в этой программе; сообщите о ней", kk: "осы бағдарламадағы қате; хабарлаңыз", uk: "помилка в цій програмі; повідомте про неї", be: "памылка ў гэтай праграме; паведаміце пра яе" }
    /// A reason.
    WorkerCrashed { en: "the process that read it ended before it was done", ru: "читавший его процесс завершился раньше времени", kk: "оны оқыған процесс мерзімінен бұрын аяқталды", uk: "процес, що його читав, завершився передчасно", be: "працэс, які яго чытаў, завяршыўся заўчасна" }
    /// A reason.
    WorkerTimeout { en: "the process that read it took longer than allowed", ru: "читавший его процесс работал дольше разрешённого", kk: "оны оқыған процесс рұқсат етілгеннен ұзақ жұмыс істеді", uk: "процес, що його читав, працював довше за дозволене", be: "працэс, які яго чытаў, працаваў даўжэй за дазволенае" }
    /// Reason.
    UnknownBinary { en: "neither text nor a known format; raw bytes were scanned", ru: "не текст и не известный формат; проверены сами байты", kk: "мәтін де, белгілі формат та емес; байттардың өзі тексерілді", uk: "не текст і не відомий формат; перевірено самі байти", be: "не тэкст і не вядомы фармат; правераны самі байты" }
    /// Reason.
    NoText { en: "picture, sound or film", ru: "изображение, звук или видео", kk: "сурет, дыбыс немесе бейне", uk: "зображення, звук або відео", be: "выява, гук або відэа" }
    /// Reason.
    NeedsOcr { en: "page image; needs text recognition", ru: "изображение страницы; нужно распознавание", kk: "бет суреті; мәтінді тану керек", uk: "зображення сторінки; потрібне розпізнавання", be: "выява старонкі; патрэбна распазнаванне" }
    /// Reason.
    Missing { en: "named, but not there", ru: "назван, но его нет", kk: "аталған, бірақ жоқ", uk: "названо, але його немає", be: "названы, але яго няма" }
    /// Reason.
    PermissionDenied { en: "no permission to open", ru: "нет прав на чтение", kk: "ашуға құқық жоқ", uk: "немає прав на читання", be: "няма правоў на чытанне" }
    /// Reason.
    Encrypted { en: "encrypted", ru: "зашифровано", kk: "шифрланған", uk: "зашифровано", be: "зашыфравана" }
    /// Reason.
    Unsupported { en: "a format this version does not read", ru: "формат, который эта версия не читает", kk: "бұл нұсқа оқымайтын формат", uk: "формат, який ця версія не читає", be: "фармат, які гэтая версія не чытае" }

    /// Last line of the gate: the object may leave.
    GateAllow { en: "allow: {bytes} let pass ({reason})", ru: "разрешено: передано {bytes} ({reason})", kk: "рұқсат: {bytes} өткізілді ({reason})", uk: "дозволено: передано {bytes} ({reason})", be: "дазволена: перададзена {bytes} ({reason})" }
    /// Last line of the gate: a redacted copy leaves.
    GateRedact { en: "redacted: {values} replaced; scanned again, nothing more was found in the copy", ru: "отредактировано: заменено {values}; при повторной проверке в копии больше ничего не найдено", kk: "жасырылды: {values} ауыстырылды; қайта тексергенде көшірмеден басқа ештеңе табылмады", uk: "відредаговано: замінено {values}; під час повторної перевірки в копії більше нічого не знайдено", be: "адрэдагавана: заменена {values}; пры паўторнай праверцы ў копіі больш нічога не знойдзена" }
    /// Last line of the gate: a named person must approve.
    GateHold { en: "hold: a named person must approve record {seq} ({reason})", ru: "удержано: запись {seq} должен утвердить ответственный ({reason})", kk: "ұсталды: {seq}-жазбаны жауапты адам бекітуі керек ({reason})", uk: "утримано: запис {seq} має затвердити відповідальний ({reason})", be: "затрымана: запіс {seq} павінен зацвердзіць адказны ({reason})" }
    /// Last line of the gate: it must not leave.
    GateDeny { en: "deny: nothing was released ({reason})", ru: "запрещено: ничего не передано ({reason})", kk: "тыйым салынды: ештеңе берілмеді ({reason})", uk: "заборонено: нічого не передано ({reason})", be: "забаронена: нічога не перададзена ({reason})" }
    /// Last line of a dry run: the bytes would leave.
    GateWouldAllow { en: "{bytes} would be let pass ({reason})", ru: "было бы передано {bytes} ({reason})", kk: "{bytes} өткізілер еді ({reason})", uk: "було б передано {bytes} ({reason})", be: "было б перададзена {bytes} ({reason})" }
    /// Last line of a dry run: a redacted copy would leave.
    GateWouldRedact { en: "a copy with {values} replaced would be let pass; in one made in memory and scanned again, nothing more was found", ru: "была бы передана копия, в которой заменено {values}; в составленной в памяти при повторной проверке больше ничего не найдено", kk: "{values} ауыстырылған көшірме өткізілер еді; жадта жасалған көшірмеден қайта тексергенде басқа ештеңе табылмады", uk: "було б передано копію, у якій замінено {values}; у складеній в пам'яті під час повторної перевірки більше нічого не знайдено", be: "была б перададзена копія, у якой заменена {values}; у складзенай у памяці пры паўторнай праверцы больш нічога не знойдзена" }
    /// Nothing is released in a dry run.
    GateDryRun { en: "dry run, nothing was released: {line}", ru: "пробный запуск, ничего не передано: {line}", kk: "сынақ іске қосу, ештеңе берілмеді: {line}", uk: "пробний запуск, нічого не передано: {line}", be: "пробны запуск, нічога не перададзена: {line}" }
    /// An answer has placeholders that the request did not have.
    GateInvented { en: "placeholders that the request did not have, left as text: {count}", ru: "меток, которых не было в запросе, оставлено текстом: {count}", kk: "сұраныста болмаған, мәтін күйінде қалдырылған белгілер: {count}", uk: "міток, яких не було в запиті, залишено текстом: {count}", be: "метак, якіх не было ў запыце, пакінута тэкстам: {count}" }
    /// An approval was recorded.
    GateApproved { en: "approved: record {seq}, until {time}", ru: "утверждено: запись {seq}, до {time}", kk: "бекітілді: {seq}-жазба, {time} дейін", uk: "затверджено: запис {seq}, до {time}", be: "зацверджана: запіс {seq}, да {time}" }
    /// A copy got its values back.
    RestoreDone { en: "restored: {values} put back", ru: "восстановлено: возвращено {values}", kk: "қалпына келтірілді: {values} қайтарылды", uk: "відновлено: повернуто {values}", be: "адноўлена: вернута {values}" }
    /// A redacted copy was written.
    RedactDone { en: "redacted: {values} replaced; scanned again, nothing more was found in the copy", ru: "отредактировано: заменено {values}; при повторной проверке в копии больше ничего не найдено", kk: "жасырылды: {values} ауыстырылды; қайта тексергенде көшірмеден басқа ештеңе табылмады", uk: "відредаговано: замінено {values}; під час повторної перевірки в копії більше нічого не знайдено", be: "адрэдагавана: заменена {values}; пры паўторнай праверцы ў копіі больш нічога не знойдзена" }
    /// No copy could be made.
    RedactRefused { en: "no copy was written: {reason}", ru: "копия не записана: {reason}", kk: "көшірме жазылмады: {reason}", uk: "копію не записано: {reason}", be: "копія не запісана: {reason}" }
    /// A decision log holds.
    LogWhole { en: "the log is whole: {records} records, {decisions} decisions, signed up to record {signed}", ru: "журнал цел: записей {records}, решений {decisions}, подписан до записи {signed}", kk: "журнал бүтін: {records} жазба, {decisions} шешім, {signed}-жазбаға дейін қол қойылған", uk: "журнал цілий: записів {records}, рішень {decisions}, підписаний до запису {signed}", be: "журнал цэлы: запісаў {records}, рашэнняў {decisions}, падпісаны да запісу {signed}" }
    /// A decision log without its head.
    LogHeadless { en: "its head is not beside it: whether records are missing at the end cannot be told", ru: "рядом нет его заголовка (.head): не хватает ли записей в конце, сказать нельзя", kk: "жанында оның .head файлы жоқ: соңында жазбалар жетіспейтінін айту мүмкін емес", uk: "поруч немає його файлу .head: чи бракує записів у кінці, сказати не можна", be: "побач няма яго файла .head: ці не хапае запісаў у канцы, сказаць нельга" }
    /// A decision log does not hold.
    LogBroken { en: "the log is broken at line {line}: {why}", ru: "журнал нарушен в строке {line}: {why}", kk: "журнал {line}-жолда бұзылған: {why}", uk: "журнал порушено в рядку {line}: {why}", be: "журнал парушаны ў радку {line}: {why}" }

    /// Reason of a decision.
    BecauseMatrix { en: "by the table of the destination", ru: "по таблице получателя", kk: "алушы кестесі бойынша", uk: "за таблицею одержувача", be: "паводле табліцы атрымальніка" }
    /// Reason of a decision.
    BecauseApproved { en: "approved by a named person", ru: "утверждено ответственным", kk: "жауапты адам бекітті", uk: "затверджено відповідальним", be: "зацверджана адказным" }
    /// Reason of a decision.
    BecausePrecondition { en: "what must be known of the destination is not", ru: "о получателе не известно необходимое", kk: "алушы туралы қажетті мәлімет белгісіз", uk: "про одержувача невідоме необхідне", be: "пра атрымальніка невядома неабходнае" }
    /// Reason of a decision.
    BecauseRole { en: "a country without adequate protection needs a processor with an instruction", ru: "для страны без адекватной защиты нужен обработчик с поручением", kk: "тиісті қорғауы жоқ елге тапсырмасы бар өңдеуші керек", uk: "для країни без належного захисту потрібен розпорядник із дорученням", be: "для краіны без належнай абароны патрэбна ўпаўнаважаная асоба з даручэннем" }
    /// Reason of a decision.
    BecauseCountry { en: "the country of the destination is not known", ru: "страна получателя не известна", kk: "алушының елі белгісіз", uk: "країна одержувача невідома", be: "краіна атрымальніка невядомая" }
    /// Reason of a decision.
    BecauseRaised { en: "a stricter rule applies", ru: "действует более строгое правило", kk: "қатаңырақ ереже қолданылады", uk: "діє суворіше правило", be: "дзейнічае больш строгае правіла" }
    /// Reason of a decision.
    BecauseNotRewritable { en: "it would have to be redacted, and this format cannot be rewritten safely", ru: "нужна правка, а этот формат нельзя переписать безопасно", kk: "деректерді жасыру керек, бірақ бұл пішімді қауіпсіз қайта жазуға болмайды", uk: "потрібне редагування, а цей формат не можна безпечно переписати", be: "патрэбна праўка, а гэты фармат нельга бяспечна перапісаць" }
    /// Reason of a decision.
    BecauseForbidden { en: "it would have to be redacted, and nothing that goes there may be altered", ru: "нужна правка, а передаваемое туда менять нельзя", kk: "деректерді жасыру керек, бірақ онда жіберілетінді өзгертуге болмайды", uk: "потрібне редагування, а передане туди змінювати не можна", be: "патрэбна праўка, а перададзенае туды мяняць нельга" }
    /// Reason of a decision.
    BecauseRescan { en: "the redacted copy still holds values", ru: "в отредактированной копии остались данные", kk: "жасырылғаннан кейін де көшірмеде деректер қалды", uk: "у відредагованій копії лишилися дані", be: "у адрэдагаванай копіі засталіся даныя" }
    /// Reason of a decision.
    BecauseLimit { en: "more than may be kept in memory; --spool names a folder for it", ru: "больше, чем можно держать в памяти; папку для этого задаёт --spool", kk: "жадта сақтауға болатыннан көп; қалтаны --spool береді", uk: "більше, ніж можна тримати в пам'яті; теку для цього задає --spool", be: "больш, чым можна трымаць у памяці; папку для гэтага задае --spool" }
    /// Reason of a decision.
    BecauseSpool { en: "the spool folder cannot be written to", ru: "в папку --spool нельзя записать", kk: "--spool қалтасына жазу мүмкін емес", uk: "у теку --spool не можна записати", be: "у папку --spool нельга запісаць" }
    /// Reason of a decision.
    BecauseInterrupted { en: "interrupted", ru: "прервано", kk: "үзілді", uk: "перервано", be: "перапынена" }
    /// Reason of a decision.
    BecausePolicy { en: "the policy cannot be used", ru: "политику нельзя применить", kk: "саясатты қолдану мүмкін емес", uk: "політику не можна застосувати", be: "палітыку нельга прымяніць" }
    /// Reason of a decision.
    BecauseDestination { en: "there is no such destination", ru: "такого получателя нет", kk: "мұндай алушы жоқ", uk: "такого одержувача немає", be: "такога атрымальніка няма" }
    /// Reason of a decision.
    BecauseRules { en: "the rules are not those that were asked for", ru: "правила не те, что были запрошены", kk: "ережелер сұралғандардан өзге", uk: "правила не ті, що були запитані", be: "правілы не тыя, што былі запытаны" }
    /// Reason of a decision.
    BecauseRegister { en: "the register of consents cannot be read", ru: "реестр согласий не читается", kk: "келісімдер тізілімі оқылмайды", uk: "реєстр згод не читається", be: "рэестр згод не чытаецца" }
    /// Reason of a decision.
    BecauseStale { en: "the register of consents is too old", ru: "реестр согласий устарел", kk: "келісімдер тізілімі ескірген", uk: "реєстр згод застарів", be: "рэестр згод састарэў" }
    /// Reason of a decision.
    BecauseWithdrawn { en: "a subject withdrew or refused consent", ru: "субъект отозвал согласие или отказал в нём", kk: "субъект келісімін қайтарып алды немесе бас тартты", uk: "суб'єкт відкликав згоду або відмовив", be: "суб'ект адклікаў згоду або адмовіў" }
    /// Reason of a decision.
    BecauseExpired { en: "the approval has expired", ru: "утверждение истекло", kk: "бекіту мерзімі өтті", uk: "строк затвердження минув", be: "тэрмін зацвярджэння мінуў" }
    /// Reason of a decision.
    BecauseMismatch { en: "the approval is for something else, or there is none", ru: "утверждение относится к другому, или его нет", kk: "бекіту басқаға қатысты немесе жоқ", uk: "затвердження стосується іншого, або його немає", be: "зацвярджэнне датычыць іншага, або яго няма" }
    /// Reason of a decision.
    BecauseClock { en: "the clock is behind the newest record", ru: "часы отстают от последней записи", kk: "сағат соңғы жазбадан қалып тұр", uk: "годинник відстає від останнього запису", be: "гадзіннік адстае ад апошняга запісу" }
    /// Reason of a decision.
    BecauseRecord { en: "the decision could not be recorded", ru: "решение не удалось записать", kk: "шешімді жазу мүмкін болмады", uk: "рішення не вдалося записати", be: "рашэнне не ўдалося запісаць" }
    /// Reason of a decision.
    BecauseRelease { en: "the output could not be written", ru: "результат не удалось записать", kk: "нәтижені жазу мүмкін болмады", uk: "результат не вдалося записати", be: "вынік не ўдалося запісаць" }
}

impl Message {
    /// The sentence of a reason. A new reason does not compile until it has one.
    pub(super) fn of_reason(reason: Reason) -> Self {
        match reason {
            Reason::SpecialFile => Self::SpecialFile,
            Reason::OwnOutput => Self::OwnOutput,
            Reason::Excluded => Self::Excluded,
            Reason::OtherFileSystem => Self::OtherFileSystem,
            Reason::Link => Self::Link,
            Reason::DuplicateInode => Self::DuplicateInode,
            Reason::Vanished => Self::Vanished,
            Reason::NotReached => Self::NotReached,
            Reason::ChangedDuringScan => Self::ChangedDuringScan,
            Reason::IoError => Self::IoError,
            Reason::VanishedMidway => Self::VanishedMidway,
            Reason::LimitFindings => Self::LimitFindings,
            Reason::LimitDepth => Self::LimitDepth,
            Reason::LimitMembers => Self::LimitMembers,
            Reason::LimitBytes => Self::LimitBytes,
            Reason::LimitRatio => Self::LimitRatio,
            Reason::LimitMemory => Self::LimitMemory,
            Reason::Corrupt => Self::Corrupt,
            Reason::Mislabelled => Self::Mislabelled,
            Reason::EncryptedPart => Self::EncryptedPart,
            Reason::UnreadPart => Self::UnreadPart,
            Reason::AmbiguousContainer => Self::AmbiguousContainer,
            Reason::Timeout => Self::Timeout,
            Reason::Internal => Self::Internal,
            Reason::WorkerCrashed => Self::WorkerCrashed,
            Reason::WorkerTimeout => Self::WorkerTimeout,
            Reason::UnknownBinary => Self::UnknownBinary,
            Reason::NoText => Self::NoText,
            Reason::NeedsOcr => Self::NeedsOcr,
            Reason::Missing => Self::Missing,
            Reason::PermissionDenied => Self::PermissionDenied,
            Reason::Encrypted => Self::Encrypted,
            Reason::Unsupported => Self::Unsupported,
        }
    }
}
