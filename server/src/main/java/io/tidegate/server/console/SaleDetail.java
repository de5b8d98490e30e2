package io.tidegate.server.console;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the page of one flash sale shows.
 *
 * @param now the server's time, in milliseconds, by which the page counts down
 * @param live where the stream of its changes is
 * @param notice what the last act led to; empty for none
 * @param refused whether that was nothing
 */
record SaleDetail(
    long now,
    String live,
    String notice,
    boolean refused,
    Terms terms,
    Head head,
    Acts acts,
    Figures figures) {

  /**
   * What stays as it was planned.
   *
   * @param mode who gets the goods
   * @param payWindow how long an order waits for its payment
   * @param challenge what a purchase token costs a script
   */
  record Terms(String id, String mode, String payWindow, String challenge) {}

  /**
   * The title with what the sale is just now.
   *
   * @param until when it becomes something else, for programs; empty where nothing is to come
   * @param count what is counted down to, in words
   * @param days the days of a countdown, in words
   */
  record Head(
      String title,
      OrderList.State state,
      String until,
      String count,
      String days,
      Shown.Moment from,
      Shown.Moment to) {}

  /**
   * What this member may do to it now.
   *
   * @param skus to add pieces of
   */
  record Acts(
      String path,
      boolean mayWarm,
      boolean mayStart,
      boolean mayStop,
      List<OrderList.Choice> skus,
      Entered stock) {

    boolean some() {
      return mayWarm || mayStart || mayStop || !skus.isEmpty();
    }

    /** What can be done, without what stands in the form. */
    List<Object> shown() {
      return List.of(mayWarm, mayStart, mayStop, skus);
    }
  }

  /**
   * What was sold and what is left, and how the gate stands.
   *
   * @param whole of all goods together
   * @param facts about how it went, in words
   * @param gate of the node that shows the page; null where the sale has none there
   * @param draw null for a sale in the order of coming
   */
  record Figures(
      Pieces whole,
      List<Goods> goods,
      List<Fact> facts,
      @Nullable Gate gate,
      @Nullable Draw draw) {}

  /** Goods of the sale. */
  record Goods(
      String sku, String title, String note, String price, String perUser, Pieces pieces) {}

  /**
   * Pieces, in words.
   *
   * @param free that can be had; a dash where no pool is open
   * @param bar the same as a picture
   */
  record Pieces(
      String allocation,
      String free,
      String held,
      String paid,
      String released,
      String refunded,
      Bar bar) {}

  /**
   * Where the pieces of an allocation are, in thousandths of it.
   *
   * @param text the same in words
   */
  record Bar(int paid, int held, int free, String text) {
    static final int WHOLE = 1_000;

    int heldFrom() {
      return paid;
    }

    int freeFrom() {
      return paid + held;
    }
  }

  /** Something that is known, with its name. */
  record Fact(String name, String value) {}

  /** What a gate has let through and refused. */
  record Gate(List<Fact> passed, List<Fact> refused) {}

  /**
   * A draw: what was promised about it, when it is, and who is in it.
   *
   * @param winners empty until it is drawn
   * @param transcript where all of it is told; empty until it is drawn
   */
  record Draw(
      String commitment, Shown.Moment at, String entries, String winners, String transcript) {}
}
