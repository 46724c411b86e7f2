"""The weights of evidence: how much each likeness of two records says for or against.

The method is that of Fellegi and Sunter, "A Theory for Record Linkage", Journal of the American
Statistical Association 64 (1969), 1183-1210: an observation that duplicates show with
probability ``m`` and other pairs with probability ``u`` weighs ``log2(m / u)`` bits, and
independent observations add up. Missing values weigh nothing.

The probabilities are round figures for customer records: ``u`` from how widely birthdays, names
and addresses spread, ``m`` from how often people mistype, move, marry or change their address.
They are nowhere fitted to a file.
"""

from math import log2

Weights = dict[str, float]


def bits(m: float, u: float) -> float:
    """Return the Fellegi-Sunter weight in bits of an observation."""
    return log2(m / u)


FAMILY: Weights = {
    "same": bits(0.80, 0.003),
    "sounds_same": bits(0.05, 0.002),
    "typo": bits(0.10, 0.002),
    "short_form": bits(0.02, 0.002),
    "similar": bits(0.05, 0.006),
    "initial": bits(0.02, 0.05),
    "vague": bits(0.03, 0.015),
    "different": bits(0.08, 0.97),
}
"""A family name; different ones weigh less than given names, for people marry."""

GIVEN: Weights = {
    "same": bits(0.78, 0.005),
    "sounds_same": bits(0.05, 0.004),
    "typo": bits(0.10, 0.003),
    "short_form": bits(0.05, 0.003),
    "similar": bits(0.05, 0.007),
    "initial": bits(0.05, 0.06),
    "vague": bits(0.02, 0.015),
    "different": bits(0.06, 0.97),
}

HAN_FAMILY: Weights = FAMILY | {
    "same": bits(0.92, 0.026),
    "sounds_same": bits(0.04, 0.008),
    "vague": 0.0,
    "different": bits(0.02, 0.97),
}
"""A Chinese family name: the hundred commonest are those of most people (百家姓), and nobody
changes it by marrying."""

HAN_GIVEN: Weights = GIVEN | {
    "same": bits(0.88, 0.0004),
    "sounds_same": bits(0.05, 0.001),
    "vague": bits(0.03, 0.02),
    "different": bits(0.04, 0.98),
}
"""A Chinese given name of two characters."""

HAN_GIVEN_SHORT: Weights = HAN_GIVEN | {
    "same": bits(0.88, 0.004),
    "sounds_same": bits(0.05, 0.008),
}
"""A Chinese given name of one character."""

ORGANISATION: Weights = {
    "same": bits(0.70, 0.0001),
    "sounds_same": bits(0.05, 0.0001),
    "typo": bits(0.10, 0.0002),
    "contained": bits(0.10, 0.0002),
    "short_contained": bits(0.05, 0.002),
    "similar": bits(0.05, 0.005),
    "different": bits(0.05, 0.95),
}

SWAPPED = -1.5
"""Added when family and given name agree only crosswise."""

BIRTHDAY: Weights = {
    "same": bits(0.80, 1 / 20_000),
    "same_new_year": bits(0.80, 1 / 300),
    "swapped": bits(0.01, 1 / 20_000),
    "typo": bits(0.07, 0.0015),
    "near": bits(0.08, 0.015),
    "vague": 0.0,
    "different": bits(0.05, 0.87),
}
"""Adults' birthdays spread over some 20,000 days; 1 January often stands for "unknown". How
often random dates differ in one, two or three parts by a slip was counted by simulation."""

EMAIL: Weights = {
    "same": bits(0.60, 0.00001),
    "typo": bits(0.15, 0.0001),
    "same_mailbox": bits(0.05, 0.0002),
    "similar": bits(0.05, 0.001),
    "other_number": 0.0,
    "fits_whole_name": bits(0.30, 0.0002),
    "fits_name": bits(0.30, 0.005),
    "fits_part_of_name": bits(0.30, 0.02),
    "different": bits(0.20, 0.99),
}

PHONE: Weights = {
    "same": bits(0.60, 0.00002),
    "typo": bits(0.10, 0.0005),
    "different": bits(0.30, 0.99),
}

STREET: Weights = {
    "same": bits(0.60, 1 / 5000),
    "typo": bits(0.20, 1 / 1000),
    "similar": bits(0.08, 0.015),
    "different": bits(0.10, 0.98),
}

CITY: Weights = {
    "same": bits(0.70, 0.04),
    "typo": bits(0.15, 0.025),
    "different": bits(0.15, 0.93),
}

POSTCODE: Weights = {
    "same": bits(0.75, 1 / 1000),
    "typo": bits(0.10, 1 / 100),
    "different": bits(0.15, 0.99),
}

COUNTRY: Weights = {"same": 0.0, "different": bits(0.05, 0.3)}

EXTERNAL_ID: Weights = {"same": bits(0.95, 0.000001)}
"""Another id in the same source says nothing: that is how duplicates come about."""

MAX_AREA = 10.0
"""A postcode lies in its city, so together they weigh this at most."""

MAX_ADDRESS = 15.0
"""A street lies in its area, so together they weigh this at most."""

RELATIVES = -6.0
"""Added when people share address or phone and a family name but not the given name, and no
birthday says that they are one: most of them are relatives."""
