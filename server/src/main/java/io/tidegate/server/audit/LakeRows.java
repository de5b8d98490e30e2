package io.tidegate.server.audit;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The lake, as an audit reads it: its files, without asking who wrote them. */
public interface LakeRows extends AutoCloseable {

  /** The consumer that writes it. */
  String CONSUMER = "lake";

  /** Nobody looks at it here. */
  LakeRows UNSEEN =
      new LakeRows() {
        @Override
        public Optional<String> absence() {
          return Optional.of("lake_not_asked");
        }

        @Override
        public Set<String> hears() {
          return Set.of();
        }

        @Override
        public List<Fault> faults() {
          return List.of();
        }

        @Override
        public Map<Long, LakeOrder> orders(long first, long next) {
          return Map.of();
        }

        @Override
        public List<Sum> sums(long first, long next) {
          return List.of();
        }

        @Override
        public void close() {
          // nothing is open
        }
      };

  /**
   * A file that is not what it was.
   *
   * @param inTheWay whether nothing can be compared before it is made again
   */
  record Fault(String path, String expected, String actual, boolean inTheWay) {}

  /**
   * What the lake says of one order.
   *
   * @param placed how many events say that it was placed; paid the same
   * @param paidAmount what its payment brought
   * @param linesTotal the sum of its lines as it was placed
   * @param back what providers gave back of it, and did not take back
   */
  record LakeOrder(
      String state,
      int version,
      String currency,
      long itemsTotal,
      long discountTotal,
      long freight,
      long total,
      long refundedTotal,
      int placed,
      int paid,
      long paidAmount,
      long linesTotal,
      long back) {}

  /**
   * A sum over orders, named as opening balances are.
   *
   * @param what {@code state} or {@code back}
   * @param key a state or a provider, and a currency
   */
  record Sum(String what, String key, long rows, long amount) {}

  /** Why it can't be looked at, in a word; empty: it can. */
  Optional<String> absence();

  /** Types of events that it has when it is at rest. */
  Set<String> hears();

  /** Files that are broken. */
  List<Fault> faults() throws SQLException;

  /** Orders from the first number to below the next one, but those that were imported. */
  Map<Long, LakeOrder> orders(long first, long next) throws SQLException;

  /** Their sums. */
  List<Sum> sums(long first, long next) throws SQLException;

  @Override
  void close();
}
