"""Next best product (下一最佳产品): learnt from what the same customers buy."""
