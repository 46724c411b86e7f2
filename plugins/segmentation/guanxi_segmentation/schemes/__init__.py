"""Schemes of classes (分类方案): who is in which class, and how each class is treated.

``domain`` makes and changes schemes, ``sorting`` puts customers into classes, ``history`` tells
who was where when, ``treatments`` and ``key_accounts`` what follows from it, ``trades`` brings
ready classifications.
"""
