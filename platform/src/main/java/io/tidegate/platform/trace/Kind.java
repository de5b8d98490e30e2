package io.tidegate.platform.trace;

/** What a span is towards the outside. */
public enum Kind {
  /** Something within. */
  INTERNAL,
  /** A request that came. */
  SERVER,
  /** A call that went out. */
  CLIENT,
  /** A message that was sent. */
  PRODUCER,
  /** A message that was heard. */
  CONSUMER
}
