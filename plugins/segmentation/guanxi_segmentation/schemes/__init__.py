"""Schemes of classes (分类方案): who is in which, and how each class is treated."""
