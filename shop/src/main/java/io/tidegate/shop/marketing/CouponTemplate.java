package io.tidegate.shop.marketing;

import io.tidegate.shop.kernel.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * What coupons of one kind are worth, for how long, and how many there may be.
 *
 * @param position rises with time
 * @param totalMax how many may be issued and claimed together; null: no limit
 * @param perUserMax how many a customer may have had of them; null: no limit
 * @param claimCode customers get one by this code; null: staff issue them only
 * @param active whether any are issued or claimed; those that are out stay good
 * @param issued how many were issued and claimed; what orders bring by rule is not counted
 * @param version rises with each edit
 */
public record CouponTemplate(
    long position,
    CouponTerms terms,
    CouponValidity validity,
    @Nullable Long totalMax,
    @Nullable Integer perUserMax,
    @Nullable String claimCode,
    boolean active,
    long issued,
    int version) {

  /** Why a template stays as it is. */
  public enum Refusal {
    /** Another template has this id. */
    EXISTS,
    /** Another template has this code. */
    CODE_TAKEN,
    /** It was edited since. */
    STALE,
    /** What its coupons are worth was promised to those who hold one. */
    TERMS_FIXED,
    /** More were issued than the new limit allows. */
    BELOW_ISSUED
  }

  public String id() {
    return terms.template();
  }

  /** A template as staff want a new one. */
  static CouponTemplate fresh(
      CouponTerms terms,
      CouponValidity validity,
      @Nullable Long totalMax,
      @Nullable Integer perUserMax,
      @Nullable String claimCode,
      boolean active) {
    return new CouponTemplate(0, terms, validity, totalMax, perUserMax, claimCode, active, 0, 1);
  }

  /**
   * Staff edit it.
   *
   * @param wanted what it shall be
   * @param expectedVersion the version that was seen; null where any will do
   */
  Outcome<CouponTemplate, Refusal> edit(CouponTemplate wanted, @Nullable Long expectedVersion) {
    if (expectedVersion != null && expectedVersion != version) {
      return Outcome.refused(Refusal.STALE);
    }
    if (!terms.isWorth(wanted.terms)) {
      return Outcome.refused(Refusal.TERMS_FIXED);
    }
    if (wanted.totalMax != null && wanted.totalMax < issued) {
      return Outcome.refused(Refusal.BELOW_ISSUED);
    }
    return wanted.at(position, issued, version).equals(this)
        ? Outcome.alreadyApplied(this)
        : Outcome.applied(wanted.at(position, issued, version + 1));
  }

  /** Whether staff asked for exactly this. */
  boolean isAsWanted(CouponTemplate wanted) {
    return wanted.at(position, issued, version).equals(this);
  }

  private CouponTemplate at(long newPosition, long newIssued, int newVersion) {
    return new CouponTemplate(
        newPosition,
        terms,
        validity,
        totalMax,
        perUserMax,
        claimCode,
        active,
        newIssued,
        newVersion);
  }
}
