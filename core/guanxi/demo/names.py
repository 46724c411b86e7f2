"""Invented names for the demo's customers, Chinese or English, the same at every installation.

The name is drawn by a generator seeded with the customer's number, so it does not depend on the
order of the file. Any likeness to a real person is chance.
"""

import random
from dataclasses import dataclass

SEED = "guanxi-demo-1"
CHINESE_SHARE = 0.4

CHINESE_FAMILY = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林郑谢罗梁宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_COMPOUND_ZH = ("欧阳", "司马", "上官", "诸葛", "皇甫", "夏侯")
CHINESE_GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀兰霞平刚桂英华建国文辉力晓红梅鑫波斌莉健欣怡宇浩然子轩梓涵雨桐诗"
    "思远嘉懿煜城弘文烨伟苑博昊天瑾瑜志泽晨君雅琪俊熙语嫣若曦佳宁安琪书瑶清妍亦凡心怡慧琳"
)
ENGLISH_GIVEN = [
    "Oliver",
    "Amelia",
    "George",
    "Isla",
    "Harry",
    "Ava",
    "Noah",
    "Emily",
    "Jack",
    "Sophia",
    "Leo",
    "Grace",
    "Oscar",
    "Mia",
    "Charlie",
    "Poppy",
    "Muhammad",
    "Ella",
    "Arthur",
    "Lily",
    "Freddie",
    "Evie",
    "Alfie",
    "Ivy",
    "Archie",
    "Rosie",
    "Theo",
    "Florence",
    "Henry",
    "Alice",
    "Thomas",
    "Charlotte",
    "William",
    "Daisy",
    "Joshua",
    "Matilda",
    "James",
    "Phoebe",
    "Edward",
    "Sienna",
    "Daniel",
    "Harriet",
    "Samuel",
    "Ruby",
    "Joseph",
    "Eleanor",
    "Benjamin",
    "Lucy",
    "Adam",
    "Megan",
    "Luke",
    "Hannah",
    "Dylan",
    "Zara",
    "Ethan",
    "Georgia",
    "Rory",
    "Imogen",
    "Toby",
    "Martha",
    "Felix",
    "Beatrice",
    "Hugo",
    "Clara",
    "Elliot",
    "Nancy",
    "Callum",
    "Maisie",
    "Patrick",
    "Violet",
    "Ryan",
    "Heidi",
]
ENGLISH_FAMILY = [
    "Smith",
    "Jones",
    "Taylor",
    "Brown",
    "Williams",
    "Wilson",
    "Johnson",
    "Davies",
    "Patel",
    "Robinson",
    "Wright",
    "Thompson",
    "Evans",
    "Walker",
    "White",
    "Roberts",
    "Green",
    "Hall",
    "Wood",
    "Jackson",
    "Clarke",
    "Lewis",
    "Harris",
    "Khan",
    "Hughes",
    "Edwards",
    "Turner",
    "Martin",
    "Cooper",
    "Hill",
    "Ward",
    "Baker",
    "Morris",
    "Moore",
    "Clark",
    "King",
    "Harrison",
    "Morgan",
    "Allen",
    "Scott",
    "Watson",
    "James",
    "Phillips",
    "Parker",
    "Bennett",
    "Young",
    "Mitchell",
    "Cook",
    "Bailey",
    "Carter",
    "Richardson",
    "Shaw",
    "Bell",
    "Collins",
    "Murphy",
    "Miller",
    "Cox",
    "Marshall",
    "Griffiths",
    "Webb",
    "Simpson",
    "Palmer",
    "Mason",
    "Hunt",
    "Holmes",
    "Mills",
    "Fox",
    "Rose",
    "Stone",
    "Lloyd",
    "Barnes",
    "Knight",
    "Butler",
    "Russell",
    "Barker",
    "Fisher",
    "Chapman",
    "Jenkins",
    "Murray",
    "Dixon",
    "Harvey",
    "Ellis",
    "Pearson",
]


@dataclass(frozen=True, slots=True)
class InventedName:
    """Family and given name, and the language that they are written in (``zh`` or ``en``)."""

    family: str
    given: str
    language: str


def invent_name(customer_number: str) -> InventedName:
    """Return the invented name of a customer; the same number always gets the same name."""
    draw = random.Random(f"{SEED}:{customer_number}")  # noqa: S311 -- a name, not a secret
    if draw.random() < CHINESE_SHARE:
        family = draw.choice(_COMPOUND_ZH) if draw.random() < 0.03 else draw.choice(CHINESE_FAMILY)
        length = 1 if draw.random() < 0.25 else 2
        return InventedName(family, "".join(draw.sample(CHINESE_GIVEN, length)), "zh")
    return InventedName(draw.choice(ENGLISH_FAMILY), draw.choice(ENGLISH_GIVEN), "en")
