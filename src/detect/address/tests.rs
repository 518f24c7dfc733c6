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
