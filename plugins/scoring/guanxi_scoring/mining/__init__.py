"""Data mining (数据挖掘): associations, sequences, groups, and what each customer prefers."""
