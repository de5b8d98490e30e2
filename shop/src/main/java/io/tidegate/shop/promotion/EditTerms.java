package io.tidegate.shop.promotion;

import io.tidegate.shop.kernel.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * What staff may do to a price list or a promotion that is there.
 *
 * @param now as it is
 * @param terms its terms
 * @param expectedVersion the version that was seen; null where any will do
 */
record EditTerms<T>(T now, Terms terms, boolean withdrawn, @Nullable Long expectedVersion) {

  /** Writes it anew. */
  Outcome<T, TermsRefusal> edit(Draft<T> draft) {
    if (withdrawn) {
      return Outcome.refused(TermsRefusal.WITHDRAWN);
    }
    if (stale()) {
      return Outcome.refused(TermsRefusal.STALE);
    }
    return draft.as(terms.id(), terms.version()).equals(now)
        ? Outcome.alreadyApplied(now)
        : Outcome.applied(draft.as(terms.id(), terms.version() + 1));
  }

  /** Ends it at once, whatever its period says. */
  Outcome<T, TermsRefusal> withdraw() {
    if (withdrawn) {
      return Outcome.alreadyApplied(now);
    }
    return stale() ? Outcome.refused(TermsRefusal.STALE) : Outcome.applied(now);
  }

  private boolean stale() {
    return expectedVersion != null && expectedVersion != terms.version();
  }
}
