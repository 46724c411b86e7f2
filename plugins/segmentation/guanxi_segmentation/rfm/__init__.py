"""RFM (最近一次消费、频率、金额): break points, scores, classes."""
