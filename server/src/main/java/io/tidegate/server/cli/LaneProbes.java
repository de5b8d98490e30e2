package io.tidegate.server.cli;

import io.tidegate.server.config.Settings;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * Measures the two halves of placing an order: the lane without HTTP, and HTTP without the lane.
 */
public interface LaneProbes {

  /** How the lines of orders spread over the SKUs. */
  enum Skew {
    /** All alike. */
    UNIFORM,
    /** The first line of every order is one and the same SKU; the others are spread alike. */
    HOT,
    /** The n-th SKU is wanted in proportion to 1/n. */
    ZIPF
  }

  /**
   * What is ordered.
   *
   * @param skus wanted; the system may have fewer
   * @param lines of each order
   * @param users numbers 1 to this
   */
  record Orders(int skus, Skew skew, int lines, int users) {}

  /**
   * How the lane is fed.
   *
   * @param callers who wait for an answer each before they order again
   * @param naivePool sessions of the naive path, one transaction for each request; empty: the lane
   */
  record Plan(
      int callers, Duration length, Duration warmup, Orders orders, OptionalInt naivePool) {}

  /**
   * What was measured.
   *
   * @param json one document
   * @param table the same for a person
   * @param good whether the database has exactly the orders that were placed
   */
  record Report(String json, String table, boolean good) {}

  /** The edge of the API with nothing behind it. */
  interface Edge extends AutoCloseable {
    /** The port on loopback that takes requests. */
    int port();

    @Override
    void close();
  }

  /**
   * Feeds the lane that places orders.
   *
   * @param settings what the program heeds when it places: its cap and times
   * @param jdbcUrl the database of a running system, with user and password
   */
  Report feed(Settings settings, String jdbcUrl, Plan plan, Consumer<String> progress);

  /**
   * Serves {@code POST /v1/orders} on loopback with an answer and no order.
   *
   * @param jdbcUrl where goods and the keys of tokens are read
   */
  Edge edge(Settings settings, String jdbcUrl, int port);
}
