"""The students of a made-up class: full names as they are written, from many countries."""

from __future__ import annotations

from itertools import product
from random import Random

# Given names and family names that occur together, with what joins them.
COUNTRIES: tuple[tuple[str, str, str], ...] = (
    ("Zoë Jürgen Änne Mathis Søren Maren", "Müller Groß Schröder von_der_Ahé Weiß", " "),
    ("Amélie François Noémie Loïc", "Lefèvre d'Aubigné Nguyen Garçon", " "),
    ("Seán Niamh Aoife Mary-Kate", "O'Brien O’Neill Mac_Giolla_Bhríde Smith-Jones", " "),
    ("José_Luis Begoña Íñigo Luz", "Muñoz_García Peña Ibáñez de_la_Cruz", " "),
    ("João Conceição Inês", "Gonçalves Araújo Simões", " "),
    ("Łukasz Żaneta Błażej", "Wójcik Świątek Dąbrowska", " "),
    ("Ayşe Gökçe İbrahim", "Yıldız Öztürk Çelik", " "),
    ("Đorđe Željka Čedomir", "Đurić Šimić Žižek", " "),
    ("Ольга Дмитрий Наталья", "Иванова Щербак Кузнецова", " "),
    ("Ελένη Γιώργος", "Παπαδοπούλου Δημητρίου", " "),
    ("明 小芳 伟 秀英", "李 王 张 欧阳", ""),
    ("さくら 健太 美咲", "佐藤 高橋 渡辺", " "),
    ("지훈 서연", "김 박 이", ""),
    ("Thị_Ánh Văn_Đức Minh_Khuê", "Nguyễn Trần Phạm", " "),
    ("محمد فاطمة", "الأحمد حسين", " "),
    ("נועה יוסף", "לוי כהן", " "),
    ("अनन्या रोहन", "शर्मा वर्मा", " "),
    ("Chiamaka Oluwaseun Kofi", "Adéyẹmí Okonkwo Mensah", " "),
    ("Nʼdeye Awa", "M'Bengue Diop", " "),
    ("Anna Ben Chris Dana Eli Fay Gus", "Baker Cole Diaz Evans Ford Lee", " "),
)
FAMILY_FIRST = {"明 小芳 伟 秀英", "さくら 健太 美咲", "지훈 서연", "Thị_Ánh Văn_Đức Minh_Khuê"}
INITIALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def full_names(count: int, random: Random) -> list[str]:
    """`count` different names in an order drawn from `random`; a large class has middle initials."""
    plain = [
        _joined(given, family, between, country[0] in FAMILY_FIRST)
        for country in COUNTRIES
        for given, family in product(country[0].split(), country[1].split())
        for between in [country[2]]
    ]
    random.shuffle(plain)
    initialled = [f"{name} {one}." for one in INITIALS for name in plain]
    return [*plain, *initialled][:count]


def _joined(given: str, family: str, between: str, family_first: bool) -> str:
    pair = (family, given) if family_first else (given, family)
    return between.join(pair).replace("_", " ")
