"""The lake: raw bytes as they landed, and the Parquet partitions that BI reads."""
