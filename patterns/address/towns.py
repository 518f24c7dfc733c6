#!/usr/bin/env python3
"""Writes towns.txt: the towns of Russia, Ukraine and Kazakhstan from mimesis, and our own list for Belarus and Latin letters.

    pip download mimesis==22.2.0 --no-deps && unzip mimesis-*.whl
    ./towns.py mimesis/datasets > towns.txt
"""

import json
import sys
from pathlib import Path

OWN = {
    "Belarus": """Минск Мінск Гомель Гродно Гродна Брест Брэст Витебск Віцебск Могилёв Магілёў Бобруйск Бабруйск Барановичи Баранавічы
        Борисов Барысаў Пинск Пінск Орша Мозырь Мазыр Солигорск Салігорск Новополоцк Наваполацк Лида Ліда Молодечно Маладзечна Полоцк
        Полацк Жлобин Жлобін Светлогорск Светлагорск Речица Рэчыца Жодино Жодзіна Слуцк Кобрин Кобрын Волковыск Ваўкавыск Калинковичи
        Сморгонь Осиповичи Рогачёв Берёза Новогрудок Вилейка Дзержинск Дзяржынск Лунинец Ивацевичи Марьина_Горка Поставы Столбцы
        Фаниполь Заславль Логойск Несвиж Нясвіж Столин Горки Белоозёрск Жабинка Пружаны Слоним Слонім Мосты Щучин Глубокое Лепель
        Новолукомль Чаусы Кричев Быхов Климовичи Костюковичи Шклов Добруш Петриков Хойники Ельск Житковичи Микашевичи Ганцевичи""",
    "Kazakhstan, as written in Russian": """Алматы Алма-Ата Астана Нур-Султан Шымкент Караганда Актобе Тараз Павлодар Усть-Каменогорск
        Семей Атырау Костанай Кызылорда Уральск Петропавловск Актау Темиртау Туркестан Кокшетау Талдыкорган Экибастуз Рудный Жезказган
        Жанаозен Балхаш Сатпаев Каскелен Кентау Конаев Капчагай Риддер Степногорск Талгар Щучинск Житикара Лисаковск Аксай Сарань
        Шахтинск Кульсары Байконур Есик Текели Зыряновск Алтай Аральск Жаркент Сарыагаш Аксу Абай Арысь Хромтау Косшы Отеген-Батыр
        Өскемен Орал Петропавл Қонаев Теміртау Түркістан Семей Көкшетау Талдықорған Жезқазған Қостанай""",
    "others": """Ташкент Бишкек Тбилиси Ереван Баку Кишинёв Душанбе Самарканд Бухара Ош Севастополь Симферополь Донецк Луганск
        Одеса Дніпро Київ Харків Львів Запоріжжя Полтава Чернігів Черкаси Житомир Суми Рівне Тернопіль Луцьк Ужгород Чернівці Хмельницький
        Кропивницький Маріуполь Миколаїв Херсон Вінниця Кременчук Бровари Бориспіль Ірпінь Буча
        Киев Харьков Одесса Днепр Львов Запорожье Кривой_Рог Николаев Винница Херсон Полтава Чернигов Черкассы Житомир Сумы Ровно
        Ивано-Франковск Тернополь Луцк Ужгород Черновцы Кропивницкий Мариуполь Кременчуг Каменское Белая_Церковь Бровары Мукачево
        Нижний_Новгород Великий_Новгород Ростов-на-Дону Санкт-Петербург Петербург СПб Москва Мск Набережные_Челны Старый_Оскол
        Нижний_Тагил Великие_Луки Вышний_Волочёк Сергиев_Посад Орехово-Зуево Комсомольск-на-Амуре Петропавловск-Камчатский
        Южно-Сахалинск Йошкар-Ола Улан-Удэ Горно-Алтайск Каменск-Уральский Старая_Русса Новый_Уренгой Новый_Оскол Минеральные_Воды
        Красное_Село Царское_Село Зеленоград Сочи Адлер Сургут""",
    "in Latin letters": """Almaty Astana Nur-Sultan Shymkent Karaganda Qaraghandy Aktobe Aqtobe Taraz Pavlodar Oskemen Ust-Kamenogorsk Semey
        Atyrau Kostanay Qostanay Kyzylorda Uralsk Oral Petropavl Petropavlovsk Aktau Aqtau Temirtau Turkestan Turkistan Kokshetau
        Taldykorgan Ekibastuz Rudny Zhezkazgan Zhanaozen Kaskelen Talgar Konaev Moscow Moskva Saint-Petersburg Novosibirsk Yekaterinburg
        Ekaterinburg Kazan Nizhny_Novgorod Chelyabinsk Samara Omsk Rostov-on-Don Ufa Krasnoyarsk Voronezh Perm Volgograd Krasnodar
        Saratov Tyumen Tolyatti Izhevsk Barnaul Irkutsk Khabarovsk Yaroslavl Vladivostok Tomsk Orenburg Kemerovo Ryazan Astrakhan
        Penza Lipetsk Tula Kirov Kaliningrad Sochi Minsk Gomel Homel Mogilev Mahilyow Vitebsk Viciebsk Grodno Hrodna Brest Kyiv Kiev
        Kharkiv Odesa Odessa Dnipro Lviv Zaporizhzhia Mykolaiv Vinnytsia Kherson Poltava Chernihiv Cherkasy Zhytomyr Sumy Rivne Ternopil
        Lutsk Uzhhorod Chernivtsi Bishkek Tashkent Tbilisi""",
}

print("# Towns, one a line. From mimesis 22.2.0 (MIT, Copyright (c) 2016-Present Isaak Uchakaev) and an own list for Belarus,")
print("# Russian names in Kazakhstan and Ukraine, and Latin letters. Made by towns.py; do not edit.")
names = set()
for language in ("ru", "uk", "kk"):
    path = Path(sys.argv[1], language, "address.json")
    names.update(json.loads(path.read_text(encoding="utf-8"))["city"])
for text in OWN.values():
    names.update(name.replace("_", " ") for name in text.split())
# Words of everyday language and first names that begin a sentence more often than they name a town.
names -= {"Мир", "Бар", "Чай", "Горки", "Мосты", "Тест", "Дно", "Майский", "Жуков", "Серов", "Пушкин", "Чехов", "Гагарин", "Фрунзе", "Заречный"}
for name in sorted(name for name in names if len(name) > 2 and len(name.split()) <= 2):
    print(name)
