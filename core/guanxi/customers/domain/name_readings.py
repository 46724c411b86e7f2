"""Han characters that names read differently from what a dictionary gives first (多音字).

Plain data for ``pinyin.py``, collected by hand: each entry is the character (or the compound
surname) and its readings without tones, the likelier first. ``ü`` is written ``v``.
"""

_AS_SURNAME = """
单 shan|單 shan|曾 zeng|解 xie|仇 qiu|朴 piao|查 zha|盖 ge|蓋 ge|区 ou|區 ou|翟 zhai|覃 qin tan
乐 yue le|樂 yue le|缪 miao|繆 miao|员 yun|員 yun|种 chong|重 chong|召 shao|宓 mi fu|隗 wei kui
秘 bi|洗 xian|折 she|黑 he|卜 bu|祭 zhai|谌 chen shen|諶 chen shen|繁 po|句 gou|能 nai|牟 mou mu
藏 zang|适 kuo|郗 xi chi|郇 xun huan|粘 nian|长 chang|長 chang|厘 xi|角 jue|乜 nie|莘 shen xin
佴 nai|都 du|阚 kan|闞 kan
"""

_ELSEWHERE = """
乐 le yue|樂 le yue|长 chang zhang|長 chang zhang|朝 chao zhao|重 zhong chong|行 xing hang
茜 qian xi|盛 sheng cheng|晟 sheng cheng|柏 bai bo|参 can shen|參 can shen|露 lu|莎 sha
曾 zeng ceng|单 dan shan|單 dan shan|解 jie xie|车 che|車 che|率 lv shuai|屏 ping bing|调 tiao diao
調 tiao diao|都 du dou|传 chuan|傳 chuan|藏 zang cang|奇 qi|还 huan|還 huan|蔚 wei yu|佛 fo
厦 xia sha|吕 lv lu lyu|呂 lv lu lyu|律 lv lu|绿 lv lu|綠 lv lu|女 nv nu|略 lve lue|卜 bu|
"""

_COMPOUND = """
尉迟 yu chi|尉遲 yu chi|万俟 mo qi|單于 chan yu|单于 chan yu|长孙 zhang sun|長孫 zhang sun
澹台 tan tai|澹臺 tan tai|宰父 zai fu|乐正 yue zheng|樂正 yue zheng
"""


def _table(lines: str) -> dict[str, tuple[str, ...]]:
    entries = (entry.split() for entry in lines.replace("\n", "|").split("|") if entry)
    return {characters: tuple(readings) for characters, *readings in entries}


SURNAME_READINGS = _table(_AS_SURNAME)
"""Readings of a character as a surname; its usual readings follow them."""

NAME_READINGS = _table(_ELSEWHERE)
"""All readings that count for a character elsewhere in a name."""

COMPOUND_READINGS = _table(_COMPOUND)
"""The syllables of compound surnames (复姓) that are not read as their characters alone."""
