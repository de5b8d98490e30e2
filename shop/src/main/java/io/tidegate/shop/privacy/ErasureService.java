package io.tidegate.shop.privacy;

import io.tidegate.platform.db.Database;
import io.tidegate.shop.aftersales.CustomerWordsStore;
import io.tidegate.shop.cart.CartStore;
import io.tidegate.shop.customer.AddressStore;
import io.tidegate.shop.customer.Consignee;
import io.tidegate.shop.customer.ConsigneeStore;
import io.tidegate.shop.flashsale.CustomerEntryStore;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.ordering.ArchivedOrders;
import io.tidegate.shop.ordering.CancelWordsStore;
import io.tidegate.shop.ordering.Order;
import io.tidegate.shop.ordering.OrderService;
import io.tidegate.shop.reporting.ArchiveWordsStore;
import io.tidegate.shop.staff.StaffStore;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Erases what is kept of a person: the address book and the cart at once, entries of draws that are
 * not drawn yet, consignees, invoices and what was written about refunds and returns of orders at
 * their end in chunks, those of other orders once they are there.
 *
 * <p>Asked for twice it does the rest: so one that was broken off is simply asked for again.
 */
public final class ErasureService {

  /** As many orders as one transaction touches. */
  private static final int CHUNK_ORDERS_MAX = 200;

  /** Orders that one call looks at; who has more asks again. */
  private static final int ORDERS_MAX = 100_000;

  private final Database database;
  private final AddressStore addresses;
  private final ConsigneeStore consignees;
  private final OrderService orders;
  private final CustomerEntryStore entries;
  private final KeptOrderStore kept;
  private final ArchivedOrders archived;
  private final InstantSource clock;

  public ErasureService(
      Database database,
      AddressStore addresses,
      ConsigneeStore consignees,
      OrderService orders,
      ArchivedOrders archived,
      InstantSource clock) {
    this.archived = archived;
    this.database = database;
    this.addresses = addresses;
    this.consignees = consignees;
    this.orders = orders;
    this.entries = new CustomerEntryStore(database);
    this.kept = new KeptOrderStore(database);
    this.clock = clock;
  }

  /**
   * Erases a customer.
   *
   * @param actor the member of the staff who does it, for the record; null where it is the customer
   */
  public Erased erase(long userId, @Nullable String actor) {
    int gone =
        database.write(
            "erase-customer",
            tx -> {
              CartStore.forget(tx, userId);
              int count = addresses.forget(tx, userId);
              if (actor != null) {
                StaffStore.record(
                    tx,
                    actor,
                    "customer.erase",
                    "customer " + userId,
                    json -> json.field("addresses", count));
              }
              return count;
            });
    Erased done = withdraw(userId, gone);
    return eraseOrders(userId, done); // after it: what is drawn meanwhile is an order now
  }

  /** Of draws that are drawn entries stay, and are kept as the orders that they may become. */
  private Erased withdraw(long userId, int addressesGone) {
    int withdrawn = 0;
    int drawn = 0;
    for (long sale : entries.draws(userId)) {
      CustomerEntryStore.Left left =
          database.write(
              "withdraw-entries",
              tx -> {
                CustomerEntryStore.Left found = CustomerEntryStore.withdraw(tx, sale, userId);
                if (found.drawn()) {
                  KeptOrderStore.keep(tx, found.numbers(), clock.instant());
                } else {
                  consignees.erase(tx, found.numbers());
                }
                return found;
              });
      if (left.drawn()) {
        drawn += left.numbers().size();
      } else {
        withdrawn += left.numbers().size();
      }
    }
    return new Erased(addressesGone, withdrawn, drawn, 0, List.of(), 0);
  }

  private Erased eraseOrders(long userId, Erased before) {
    List<Erased.Kept> open = new ArrayList<>();
    int erased = 0;
    int keptCount = 0;
    long below = Long.MAX_VALUE;
    for (int seen = 0; seen < ORDERS_MAX; seen += CHUNK_ORDERS_MAX) {
      List<Order> chunk = orders.mine(userId, below, CHUNK_ORDERS_MAX);
      List<Long> known = known(chunk);
      List<Long> ended = new ArrayList<>();
      List<Long> underWay = new ArrayList<>();
      for (Order order : chunk) {
        long number = order.number().value();
        if (!known.contains(number)) {
          continue;
        }
        if (order.status().isAtItsEnd()) {
          ended.add(number);
        } else {
          underWay.add(number);
          if (open.size() < Erased.KEPT_SHOWN_MAX) {
            open.add(new Erased.Kept(order.number(), order.status().wire()));
          }
        }
      }
      write(ended, underWay);
      erased += ended.size();
      keptCount += underWay.size();
      if (chunk.size() < CHUNK_ORDERS_MAX) {
        break;
      }
      below = chunk.getLast().number().value();
    }
    erased += eraseArchived(userId);
    return new Erased(
        before.addresses(), before.entries(), before.entriesDrawn(), erased, open, keptCount);
  }

  /**
   * Orders that have left the database are at their end; who was in them is still here. Where
   * nobody reads the archive just now, this fails, and the erasure is asked for again.
   */
  private int eraseArchived(long userId) {
    int erased = 0;
    long below = archived.top() + 1;
    for (int seen = 0; below > 1 && seen < ORDERS_MAX; seen += CHUNK_ORDERS_MAX) {
      List<Long> chunk =
          archived
              .mine(new ArchivedOrders.Wanted(userId, below, 0, CHUNK_ORDERS_MAX, null, ""))
              .stream()
              .map(row -> row.number().value())
              .toList();
      List<Long> known = consignees.find(chunk).stream().map(Consignee::orderNumber).toList();
      write(chunk, List.of());
      erased += known.size();
      below = chunk.size() < CHUNK_ORDERS_MAX ? 0 : chunk.getLast();
    }
    return erased;
  }

  /**
   * Erases the people of kept orders that are at their end by now; called by housekeeping, on any
   * number of nodes.
   *
   * @return how many orders lost them
   */
  public int finish() {
    int erased = 0;
    long after = 0;
    for (int seen = 0; seen < ORDERS_MAX; seen += CHUNK_ORDERS_MAX) {
      List<Long> chunk = kept.next(after, CHUNK_ORDERS_MAX);
      // Asked for first: what does not wait any more has its order by now, or has lost.
      Set<Long> waiting = entries.waiting(chunk);
      List<Long> ended =
          chunk.stream().filter(number -> !waiting.contains(number) && isAtItsEnd(number)).toList();
      write(ended, List.of());
      erased += ended.size();
      if (chunk.size() < CHUNK_ORDERS_MAX) {
        break;
      }
      after = chunk.getLast();
    }
    return erased;
  }

  private void write(List<Long> ended, List<Long> underWay) {
    if (ended.isEmpty() && underWay.isEmpty()) {
      return;
    }
    database.write(
        "erase-orders",
        tx -> {
          CancelWordsStore.forget(tx, ended);
          CustomerWordsStore.forget(tx, ended);
          ArchiveWordsStore.forget(tx, ended);
          consignees.erase(tx, ended);
          KeptOrderStore.keep(tx, underWay, clock.instant());
          KeptOrderStore.done(tx, ended);
          return true;
        });
  }

  private List<Long> known(List<Order> chunk) {
    return consignees.find(chunk.stream().map(order -> order.number().value()).toList()).stream()
        .map(Consignee::orderNumber)
        .toList();
  }

  /**
   * An order that is gone needs nobody; one that is reopened after its end finds nobody: that is
   * what the person wanted.
   */
  private boolean isAtItsEnd(long number) {
    Optional<Order> order = orders.find(new OrderNumber(number));
    return order.isEmpty() || order.get().status().isAtItsEnd();
  }
}
