"""What the 38 pages of `../shared/bench/messy/html` state about themselves, by the first 12 digits of their SHA-256.

Collected from each page's own og:title, JSON-LD headline, `<h1>`, published_time, datePublished and `<time>`, and read
by hand where these disagree. Where a page shows one headline to its readers and states another to machines, both are
given and either counts; the same for the two days on which one moment falls in UTC and in the publisher's zone. The
name of the site behind a headline is never part of it.
"""

from __future__ import annotations

from typing import NamedTuple


class Stated(NamedTuple):
    titles: tuple[str, ...]
    days: tuple[str, ...]


PAGES = {
    "9d75ab56e679": Stated(
        ("Browns player on Mason Rudolph's role in fight with Myles Garrett: He asked for it",),
        ("2019-11-18", "2019-11-19"),
    ),
    "49726882164d": Stated(("Hiking the Boulder Flat Irons",), ("2014-09-15",)),
    "d97ee4f67fbe": Stated(("엘제이-류화영 진흙탕 싸움, 공적인 사안으로 봐야하는 이유",), ("2018-08-25",)),
    "94997f9b3409": Stated(
        ("South Dakota governor doubles down on 'meth, we're on it' anti-drug campaign",), ("2019-11-19",)
    ),
    "ad388d750b9d": Stated(("Uma palinha das brincadeiras musicais do grupo Serelepe",), ("2018-09-27",)),
    "dff05248674c": Stated(("‘The Medium is the Message’: the 7th Amsterdam Light Festival",), ("2018-09-15",)),
    "cddc2955a628": Stated(
        ("The Wild Story of How Mary Steenburgen Wrote the Best Original Movie Song of the Year",), ("2019-11-13",)
    ),
    "afffe83a7c65": Stated(("House Hitler was born in will become a police station, Austria says",), ("2019-11-20",)),
    "5adc4d127373": Stated(
        ("16-inch MacBook Pro review: The keyboard is probably enough to convince those waiting",), ("2019-11-18",)
    ),
    "48a61d84b136": Stated(("The Weird Plumes of Jupiter's Moon Europa Are Spewing Water Vapor",), ("2019-11-18",)),
    "3912c6798d90": Stated(("Browns’ defensive snap counts, stats, and notes: Week 11",), ("2019-11-18",)),
    "1e974f83edc8": Stated(("Thousands of teachers pack Indiana Statehouse for protest",), ("2019-11-19",)),
    "7888137d878b": Stated(("Does Marie Yovanovitch Have a Net Worth of $17 Million?",), ("2019-11-18",)),
    "37aa6a7cd061": Stated(
        ("The Disappearance of John M. Ford", "The Resurrection of the Greatest Sci-Fi Writer You’ve Never Read"),
        ("2019-11-15",),
    ),
    "6ffa9769e53e": Stated(
        ("In Prince Andrew’s dumpster-fire Epstein interview, the truth comes out",), ("2019-11-18",)
    ),
    "71d75fbc3cf6": Stated(
        ("Jose Mourinho agrees deal to replace Mauricio Pochettino as Tottenham manager",), ("2019-11-20",)
    ),
    "bde8661ee202": Stated(("The Doobie Brothers Set 50th Anniversary Tour of North America",), ("2019-11-19",)),
    "7f99fe8f9909": Stated(
        ("Taliban say they freed US, Australian hostages for 3 terrorist figures",), ("2019-11-19",)
    ),
    "7198ea7ec086": Stated(
        ("Amazon discounts MacBooks from $700, AirPods 2 with wireless case $150, ecobee deals, more",),
        ("2019-11-18",),
    ),
    "8cac77e52dc5": Stated(("7 key questions heading into the 2020 Democratic debate",), ("2019-11-20",)),
    "1200b8696feb": Stated(("Snooze cruise: Study sees future for hibernating astronauts",), ("2019-11-18",)),
    "3699b3f89d3a": Stated(("Remake serie animata de “I Cavalieri dello Zodiaco” per Netflix",), ("2017-08-02",)),
    "306c382e23ed": Stated(
        ("Business Focus: It’s Why Some People Triumph Online and Others Never Make It",), ("2018-08-08",)
    ),
    "b2b9a46bf97a": Stated(
        (
            "53-летняя модель: «Посмотри на красотку, которая превратилась в старуху»",
            "53-летняя модель рассказала что больше всего боится стареть: новости, фото 2018",
        ),
        ("2018-10-11",),
    ),
    "70664acc81bd": Stated(
        ("NASA adds five companies to commercial lunar lander program",), ("2019-11-18", "2019-11-19")
    ),
    "ceaa2b636015": Stated(("Amnesty. More than 100 protesters killed in Iran unrest",), ("2019-11-20",)),
    "5c8eb6159f67": Stated(("Father of Orlando gunman known for rambling political videos",), ("2016-06-13",)),
    "5fb8a10624e2": Stated(("New Year, new laws: Obamacare, pot, guns and drones",), ("2013-12-30",)),
    "e306a70aa120": Stated(
        ("動画：ナイジェリアで少女らによる自爆攻撃、ロケット弾も撃ち込まれ31人死亡",), ("2018-06-18",)
    ),
    "e3892b28f002": Stated(("Norvēģijā pēc zemes nogruvuma pieci bojāgājušie",), ("2021-01-03",)),
    "c6d3072196ec": Stated(
        ("Anticorrupción decidirá en Madrid si recurre la imputación de la Infanta",), ("2014-01-09",)
    ),
    "298bf2eccd6e": Stated(
        (
            "We Need Geoengineering to Stop Out of Control Warming, Warns Climate Scientist James Hansen",
            "We Need Geoengineering to Stop Out of Control Warming Says James Hansen",
        ),
        ("2023-11-02",),
    ),
    "e30a0d95f1ad": Stated(("Esper accuses China of intimidating smaller Asian nations",), ("2019-11-20",)),
    "1cd48bb91e54": Stated(("UK Tories under fire for Twitter name switch during debate",), ("2019-11-20",)),
    "1139c0fb2e25": Stated(("How to Tackle Game Day Snack Temptations",), ("2018-01-29",)),
    "c0add0e031b3": Stated(("The Impeachment Clock",), ("2019-11-19",)),
    "4b9848d84a6a": Stated(("Atendimento Domiciliar registra arrombamento em veículos",), ("2018-10-05",)),
    "e694812c99eb": Stated(("Saving Data: Reducing the size of App Updates by 65%",), ("2016-12-06",)),
}
