package io.tidegate.shop.payment;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a refund's way had beside tries.
 *
 * @param triedSince since when it has been tried without a person's word
 * @param replaces the seq of the number in whose place it came; null for most
 * @param reversedAt when the provider was found to have taken it back
 * @param checkAt when the provider is asked whether its success or its end still stands; null: not
 *     any more
 * @param checks at how many of the usual times it still stood
 * @param doubtSince since when a person is to look at it although nothing is to be decided; null:
 *     nobody is
 * @param keysSpent under how many of its keys the provider broke; the next call has another one
 */
public record RefundCourse(
    Instant triedSince,
    @Nullable Integer replaces,
    @Nullable Instant reversedAt,
    @Nullable Instant checkAt,
    int checks,
    Refund.@Nullable End end,
    @Nullable Instant doubtSince,
    int keysSpent) {

  static RefundCourse from(Instant now, @Nullable Integer replaces) {
    return new RefundCourse(now, replaces, null, null, 0, null, null, 0);
  }

  RefundCourse triedFrom(Instant now) {
    return new RefundCourse(now, replaces, reversedAt, checkAt, checks, end, doubtSince, keysSpent);
  }

  RefundCourse checkedNext(@Nullable Instant at, int n) {
    return new RefundCourse(triedSince, replaces, reversedAt, at, n, end, doubtSince, keysSpent);
  }

  RefundCourse reversed(Instant at) {
    return new RefundCourse(triedSince, replaces, at, null, checks, end, null, keysSpent);
  }

  RefundCourse ended(Refund.End by, @Nullable Instant check) {
    return new RefundCourse(triedSince, replaces, reversedAt, check, 0, by, null, keysSpent);
  }

  RefundCourse doubted(@Nullable Instant since) {
    return new RefundCourse(
        triedSince, replaces, reversedAt, checkAt, checks, end, since, keysSpent);
  }

  RefundCourse keySpent() {
    return new RefundCourse(
        triedSince, replaces, reversedAt, checkAt, checks, end, doubtSince, keysSpent + 1);
  }
}
