package io.tidegate.shop.reporting;

/** The types of the lake's columns: those that DuckDB, Spark and Trino read alike. */
public enum LakeType {
  BIGINT,
  INTEGER,
  VARCHAR,
  BOOLEAN,
  DATE,

  /** Microseconds in UTC, without a zone. */
  TIMESTAMP
}
