package io.tidegate.shop.promotion;

import java.util.function.Function;

/**
 * A price list or promotion as staff want it, before it has an id and a version.
 *
 * @param of makes it from its terms
 */
record Draft<T>(String title, Scope scope, Period period, Function<Terms, T> of) {

  T as(long id, int version) {
    return of.apply(new Terms(id, version, title, scope, period));
  }
}
