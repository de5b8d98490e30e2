package io.tidegate.shop.ordering;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.http.JsonWriter;
import io.tidegate.shop.kernel.OrderNumber;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Orders as the API answers them, for whoever keeps them when they leave the database: written by
 * what the routes use, and nobody is in them.
 */
public final class ArchiveRenderService implements AutoCloseable {

  /** Orders rendered at once: their reads go together into few queries ({@code SharedReads}). */
  private static final int AT_ONCE = 64;

  private static final Sql PAGE =
      Sql.of(
          "select "
              + OrderStore.COLUMNS
              + ", o.history from ordering.orders o where o.number >= ? and o.number < ?"
              + " order by o.number limit ?");
  private static final int HISTORY = 18;

  private final Database database;
  private final OrderPageJson pages;
  private final RefundedStore refunded;
  private final ExecutorService threads =
      Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().name("archive-render").factory());

  /**
   * What renders.
   *
   * @param pages writes no words of customers
   */
  public ArchiveRenderService(Database database, OrderPageJson pages) {
    this.database = database;
    this.pages = pages;
    this.refunded = new RefundedStore(database);
  }

  /**
   * An order in JSON texts.
   *
   * @param summary its row of a list
   * @param document all of it without address and invoice
   * @param timeline an array
   */
  public record Rendered(
      OrderNumber number,
      long userId,
      String state,
      int version,
      long total,
      String currency,
      byte[] summary,
      byte[] document,
      byte[] timeline) {}

  private record Stored(Order order, List<Step> steps) {}

  /** Orders from one number to below another, the lowest first. */
  public List<Rendered> from(long first, long next, int most) {
    List<Stored> page =
        database.read(
            PAGE,
            row -> new Stored(OrderStore.read(row), OrderText.history(row.getString(HISTORY))),
            first,
            next,
            most);
    RefundedPiecesBatch pieces =
        RefundedPiecesBatch.of(refunded, page.stream().map(Stored::order).toList());
    List<Future<Rendered>> rendering = new ArrayList<>(page.size());
    for (Stored stored : page) {
      rendering.add(threads.submit(() -> render(stored, pieces)));
    }
    List<Rendered> all = new ArrayList<>(page.size());
    for (Future<Rendered> each : rendering) {
      all.add(result(each));
    }
    return all;
  }

  private Rendered render(Stored stored, RefundedPiecesBatch pieces) {
    Order order = stored.order();
    JsonWriter summary = new JsonWriter(512);
    OrderJson.row(summary, order, pieces.of(order));
    JsonWriter timeline = new JsonWriter(512).beginArray();
    stored.steps().forEach(step -> OrderJson.step(timeline, step));
    return new Rendered(
        order.number(),
        order.userId(),
        order.status().wire(),
        order.version(),
        order.amounts().total(),
        order.amounts().currency(),
        summary.toBytes(),
        pages.withoutPeople(order),
        timeline.endArray().toBytes());
  }

  private static Rendered result(Future<Rendered> one) {
    try {
      return one.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException("an order can't be rendered", e);
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
