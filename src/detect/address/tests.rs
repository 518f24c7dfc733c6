use super::*;

/// What is found in a text, and how sure.
fn found(text: &str) -> Vec<(String, Confidence)> {
    let mut finder = Finder::default();
    finder.around(text.as_bytes(), text.len());
    let list = finder.found().iter();
    list.map(|found| (text[found.range.clone()].to_owned(), found.confidence(false))).collect()
}

#[test]
fn whole_addresses_are_found_in_any_order() {
    for text in [
        "050000, г. Алматы, ул. Абая, д. 10, кв. 5",
        "кв. 5, д. 10, ул. Абая, г. Алматы, 050000",
        "119991, Москва г, Ленинские Горы ул, дом № 1, корпус 2",
        "Алматы облысы, Талғар ауданы, Талғар қаласы, Абай көшесі, 10-үй",
        "01001, м. Київ, вул. Хрещатик, буд. 1, кв. 2",
        "Гомельская область, аг. Красное, ул. 50 лет Октября, 7",
        "10 Abay Ave., apt. 5, Almaty 050000",
    ] {
        let seen = found(text);
        assert_eq!(seen, [(text.to_owned(), Confidence::High)], "{text}");
    }
}

#[test]
fn each_line_of_a_list_keeps_its_town() {
    let text =
        "Київ, Перемоги пр., 25\nМінск, Незалежнасці пр. 25-4\nПавлодар қ., Сәтбаев к. 253-40\nҮй: Қазыбек би к. 4/1";
    let seen: Vec<String> = found(text).into_iter().map(|(text, _)| text).collect();
    let last = ["Мінск, Незалежнасці пр. 25-4", "Павлодар қ., Сәтбаев к. 253-40", "Қазыбек би к. 4/1"];
    assert_eq!(seen, last, "the stretch begins two lines above");
    // The lines of one address stay together.
    for text in ["10 Abay Ave., apt. 5\nAlmaty, 050000", "вул. Хрещатик, буд. 1, кв. 2\nм. Київ"] {
        assert_eq!(found(text), [(text.to_owned(), Confidence::High)], "{text}");
    }
}

#[test]
fn streets_in_other_spellings_are_found() {
    for (text, level) in [
        ("Павлодар қ., Ак. Сәтбаев көшесі 253-40", Confidence::High),
        ("Павлодар қ., Ак. Сәтбаев к. 253-40", Confidence::High),
        ("Ақтөбе, ағайынды Жұбановтар көшесі, 277, 15-пәтер", Confidence::High),
        ("Savetskaya 48-17, Brest 224030, Belarus", Confidence::High),
        ("110 St Vincent Street, 4th floor, Glasgow G2 5UB", Confidence::High),
        ("350 5th Avenue, Almaty 050000", Confidence::High),
        ("kabanbay batyr ave 62/3, flat 118, nur-sultan", Confidence::High),
    ] {
        assert_eq!(found(text), [(text.to_owned(), level)], "{text}");
    }
    assert_eq!(found("go one way 2, room for two"), []);
}

#[test]
fn words_that_mean_many_things_make_no_address() {
    for text in [
        "ст. 5 п. 3",
        "г. 2024",
        "рис. 5, стр. 10",
        "на улице Абая открылась школа",
        "ул. Название, д. 1",
        "дом 2 сезон 5",
    ] {
        assert_eq!(found(text), [], "{text}");
    }
}

#[test]
fn a_field_needs_no_markers() {
    let judge = |text: &str| judge_field(text.as_bytes()).map(|(range, _)| text[range].to_owned());
    assert_eq!(judge("Алматы, Абая 10-5").as_deref(), Some("Алматы, Абая 10-5"));
    assert_eq!(judge("ул. Абая 10").as_deref(), Some("ул. Абая 10"));
    for text in ["https://example.com/a", "user@example.com", "0x7ffd1234", "не указан", ""] {
        assert_eq!(judge(text), None, "{text}");
    }
}
