"""The builder of rules (规则编辑器): the condition tree as fields of a form."""
