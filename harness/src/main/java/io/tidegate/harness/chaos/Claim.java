package io.tidegate.harness.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a customer wants back, and what was said of it, time after time. For one thread. */
final class Claim {
  /** How it comes back. */
  enum Kind {
    /** Before it leaves. */
    REFUND,
    /** When it came. */
    RETURN
  }

  /** A state that the shop told, and when the customer had heard it, in epoch milliseconds. */
  record Seen(String state, long atMillis) {}

  private final Kind kind;
  private final String key;
  private final Map<Integer, Integer> pieces;
  private final List<Seen> seen = new ArrayList<>();
  private @Nullable String id;
  private @Nullable String refusal;

  /**
   * @param pieces by line
   */
  Claim(Kind kind, String key, Map<Integer, Integer> pieces) {
    this.kind = kind;
    this.key = key;
    this.pieces = Map.copyOf(pieces);
  }

  Kind kind() {
    return kind;
  }

  String key() {
    return key;
  }

  Map<Integer, Integer> pieces() {
    return pieces;
  }

  /** Under which number the shop took it; null: it did not, or nobody knows. */
  @Nullable String id() {
    return id;
  }

  /** The code of the refusal; null: it was none. */
  @Nullable String refusal() {
    return refusal;
  }

  List<Seen> seen() {
    return List.copyOf(seen);
  }

  void taken(String number, String state, long atMillis) {
    id = number;
    saw(state, atMillis);
  }

  void refused(String code) {
    refusal = code;
  }

  void saw(String state, long atMillis) {
    if (seen.isEmpty() || !seen.getLast().state().equals(state)) {
      seen.add(new Seen(state, atMillis));
    }
  }

  String lastState() {
    return seen.isEmpty() ? "" : seen.getLast().state();
  }

  /** Whether its pieces are, or may be, spoken for. */
  boolean counts() {
    return refusal == null && !lastState().equals("refused") && !lastState().equals("rejected");
  }

  @Override
  public String toString() {
    return kind + " " + (id == null ? key : id) + " of " + pieces + " " + seen;
  }
}
