package io.tidegate.server.contract;

/** Who writes what a contract describes: a promise of ours, a demand on callers, or both. */
enum Way {
  SENT,
  RECEIVED,
  BOTH;

  boolean sent() {
    return this != RECEIVED;
  }

  boolean received() {
    return this != SENT;
  }

  Way and(Way other) {
    return this == other ? this : BOTH;
  }
}
