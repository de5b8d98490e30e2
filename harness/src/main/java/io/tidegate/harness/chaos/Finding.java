package io.tidegate.harness.chaos;

/** Something that must not be. */
record Finding(Kind kind, String what) {
  enum Kind {
    /** A client was told that it is done, and it is not there. */
    LOST,
    /** It was done more than once. */
    DOUBLED,
    /** The same key got no answer in time. */
    UNSETTLED,
    /** Anything else that does not add up. */
    BROKEN
  }

  static Finding lost(String what) {
    return new Finding(Kind.LOST, what);
  }

  static Finding doubled(String what) {
    return new Finding(Kind.DOUBLED, what);
  }

  static Finding unsettled(String what) {
    return new Finding(Kind.UNSETTLED, what);
  }

  static Finding broken(String what) {
    return new Finding(Kind.BROKEN, what);
  }

  @Override
  public String toString() {
    return kind + ": " + what;
  }
}
