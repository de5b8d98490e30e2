package io.tidegate.shop.payment;

import io.tidegate.shop.kernel.Money;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A capture in our book, with what became of it.
 *
 * @param parking of a parked one; else null
 */
public record Recorded(
    Capture capture, Capture.Verdict verdict, Instant recordedAt, @Nullable Parking parking) {

  public Recorded {
    if ((verdict == Capture.Verdict.PARKED) != (parking != null)) {
      throw new IllegalArgumentException("what is parked, and only that, has its reason");
    }
  }

  /** One that is not parked. */
  public Recorded(Capture capture, Capture.Verdict verdict, Instant recordedAt) {
    this(capture, verdict, recordedAt, null);
  }

  public static Recorded parked(Capture capture, Parking.Why why, Instant at) {
    return new Recorded(capture, Capture.Verdict.PARKED, at, Parking.because(why));
  }

  /** Whether a person has to decide about it. */
  public boolean waits() {
    return parking != null && parking.fate() == null;
  }

  /** What the provider took, as far as we know. */
  public Money taken() {
    return parking == null || parking.taken() == null ? capture.amount() : parking.taken();
  }

  /**
   * A parked one goes back.
   *
   * @param taken what the provider says it took
   */
  public Recorded returned(Money taken, Instant at) {
    Parking now =
        Objects.requireNonNull(parking).returned(taken.equals(capture.amount()) ? null : taken, at);
    return new Recorded(capture, verdict, recordedAt, now);
  }

  /** A parked one is dismissed: nothing goes back. */
  public Recorded dismissed(String why, Instant at) {
    return new Recorded(
        capture, verdict, recordedAt, Objects.requireNonNull(parking).dismissed(why, at));
  }

  /** What the ledger says of the decision about a parked one, besides its refund. */
  public List<Posting> decisionPostings() {
    Parking known = Objects.requireNonNull(parking);
    Instant at = Objects.requireNonNull(known.decidedAt());
    List<Posting> postings = new ArrayList<>(2);
    if (known.taken() != null) {
      postings.addAll(Posting.corrected(this, known.taken(), at));
    }
    if (known.fate() == Parking.Fate.DISMISSED) {
      postings.add(Posting.dismissed(this, known.why(), at));
    }
    return postings;
  }
}
