package io.tidegate.harness.chaos;

import tools.jackson.databind.JsonNode;

/** What a request came to, as its sender knows it. */
sealed interface Answer {
  /** It was done. */
  record Done(int status, JsonNode body, boolean replayed) implements Answer {}

  /** It was refused, and left no trace. */
  record Refused(int status, String code) implements Answer {}

  /** What it needs is not there yet: it did nothing, and may be sent again. */
  record NotYet(String why) implements Answer {}

  /**
   * A 5xx, a lost connection, no answer in time: it was done or not, and the same key settles it.
   *
   * @param status of the answer; 0: there was none
   */
  record Unknown(String why, int status) implements Answer {
    Unknown(String why) {
      this(why, 0);
    }
  }
}
