package io.tidegate.shop.aftersales;

import io.tidegate.platform.db.Database;
import io.tidegate.shop.fulfilment.FulfilmentStore;
import io.tidegate.shop.fulfilment.Shipment;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.ordering.OrderOwnerStore;
import io.tidegate.shop.payment.Refund;
import io.tidegate.shop.payment.RefundStore;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Refunds for staff: all of them, newest first, and those that wait for a person. */
public final class RefundBook {

  /** States by which the list can be filtered; waiting is the list for a person. */
  public static final Set<String> STATES =
      Set.of(
          "requested",
          "stopping_shipment",
          "awaiting_approval",
          "at_provider",
          "unknown",
          "needs_person",
          "refused",
          "succeeded",
          "reversed");

  /** The list for a person. */
  public static final String WAITING = "waiting";

  /** A search looks at so many refunds, then says where it goes on. */
  private static final int LOOKS_MAX = 2_000;

  private static final int PAGE = 200;

  /** More parcels that are packed although they were stopped than this are not listed at once. */
  private static final int PACKED_MAX = 50;

  private final RefundCaseStore cases;
  private final RefundStore money;
  private final Database database;
  private final FulfilmentStore fulfilment;

  RefundBook(Database database, RefundStore money, FulfilmentStore fulfilment) {
    this.database = database;
    this.fulfilment = fulfilment;
    this.cases = new RefundCaseStore(database);
    this.money = money;
  }

  /**
   * A page of a list.
   *
   * @param next behind which it goes on; empty at its end
   */
  public record Listed(List<RefundView> refunds, OptionalLong next) {}

  /**
   * How much there is to do.
   *
   * @param waiting what is in the list for a person
   * @param failing customers' refunds of which a step of ours failed and is tried again
   */
  public record Counts(long waiting, long failing) {}

  public Counts counts() {
    Counts asked = cases.counts();
    long packed = fulfilment.packedAnyhow(PACKED_MAX).size();
    return new Counts(asked.waiting() + money.waiting() + packed, asked.failing());
  }

  /**
   * Customers' refunds before a position, newest first.
   *
   * @param state null: all
   */
  public Listed latest(@Nullable String state, long before, int limit) {
    List<RefundView> found = new ArrayList<>();
    long position = before;
    for (int looked = 0; looked < LOOKS_MAX; looked += PAGE) {
      List<RefundCase> page = cases.latest(position, PAGE);
      for (RefundView view : views(page)) {
        if (state == null || view.state().equals(state)) {
          if (found.size() == limit) {
            return new Listed(found, OptionalLong.of(position));
          }
          found.add(view);
        }
        position = Objects.requireNonNull(view.asked()).position();
      }
      if (page.size() < PAGE) {
        return new Listed(found, OptionalLong.empty());
      }
    }
    return new Listed(found, OptionalLong.of(position));
  }

  /**
   * Refunds that nobody asked for, of orders before a number, newest order first.
   *
   * @param state null: all
   * @param limit a page is a few longer where an order has several
   */
  public Listed automatic(@Nullable String state, long before, int limit) {
    List<RefundView> found = new ArrayList<>();
    long below = before;
    for (int looked = 0; looked < LOOKS_MAX; looked += PAGE) {
      List<Refund> page = money.automatic(below, PAGE);
      for (Refund each : page) {
        long order = each.id().order().value();
        if (order != below && found.size() >= limit) {
          return new Listed(owned(found), OptionalLong.of(below));
        }
        below = order;
        RefundView view = RefundView.automatic(each);
        if (state == null || view.state().equals(state)) {
          found.add(view);
        }
      }
      if (page.size() < PAGE) {
        return new Listed(owned(found), OptionalLong.empty());
      }
    }
    return new Listed(owned(found), OptionalLong.of(below));
  }

  /** The same with their customers, read at once. */
  private List<RefundView> owned(List<RefundView> views) {
    List<OrderNumber> orders =
        views.stream().filter(each -> each.asked() == null).map(RefundView::order).toList();
    Map<OrderNumber, Long> owners = OrderOwnerStore.of(database, orders);
    return views.stream()
        .map(each -> each.asked() == null ? each.of(owners.get(each.order())) : each)
        .toList();
  }

  /** A page with its money, which says more while it is at the provider, read at once. */
  private List<RefundView> views(List<RefundCase> page) {
    List<OrderNumber> orders =
        page.stream().filter(each -> each.money() != null).map(each -> each.id().order()).toList();
    Map<OrderNumber, List<Refund>> found = orders.isEmpty() ? Map.of() : money.ofOrders(orders);
    return page.stream()
        .map(each -> RefundView.of(each, found.getOrDefault(each.id().order(), List.of())))
        .toList();
  }

  /**
   * What waits for a person: first, on the first page, those of which something is to be unpacked,
   * then what is to be approved, oldest first, then money, customers' and automatic, by the orders'
   * numbers.
   *
   * @param after empty for the first page, else a page's {@code next}
   */
  public Listed waiting(OptionalLong after, int limit) {
    List<RefundView> found = new ArrayList<>();
    if (after.isEmpty()) {
      found.addAll(packed());
      if (found.size() >= limit) {
        return new Listed(found, OptionalLong.of(-1));
      }
    }
    long place = after.orElse(-1);
    long order = Math.max(0, place);
    if (place < 0) { // among approvals: the position, and one, with a minus
      int room = limit - found.size();
      List<RefundCase> page = cases.waiting(-place - 1, room + 1);
      found.addAll(views(page.stream().limit(room).toList()));
      if (page.size() > room) {
        return new Listed(once(found), OptionalLong.of(-page.get(room - 1).position() - 1));
      }
      if (found.size() == limit) {
        return new Listed(once(found), OptionalLong.of(0));
      }
    }
    int most = limit - found.size();
    List<Refund> page = money.waiting(order, most);
    found.addAll(owned(waiting(page)));
    return new Listed(
        once(found),
        page.size() < most
            ? OptionalLong.empty()
            : OptionalLong.of(page.getLast().id().order().value()));
  }

  /** One of which something is to be unpacked may wait for a decision, too. */
  private static List<RefundView> once(List<RefundView> found) {
    Map<String, RefundView> byId = new LinkedHashMap<>();
    found.forEach(each -> byId.putIfAbsent(each.id(), each));
    return List.copyOf(byId.values());
  }

  /** Refunds with pieces that lie packed, whatever else becomes of them. */
  private List<RefundView> packed() {
    Map<Long, List<Shipment>> parcels =
        fulfilment.packedAnyhow(PACKED_MAX).stream()
            .collect(
                Collectors.groupingBy(Shipment::orderNumber, TreeMap::new, Collectors.toList()));
    List<OrderNumber> orders = parcels.keySet().stream().map(OrderNumber::new).toList();
    Map<OrderNumber, List<RefundCase>> found = orders.isEmpty() ? Map.of() : cases.ofOrders(orders);
    return orders.stream()
        .flatMap(order ->
            views(found.getOrDefault(order, List.of())).stream()
                .map(view -> view.among(parcels.getOrDefault(order.value(), List.of()))))
        .filter(view -> !view.packed().isEmpty())
        .toList();
  }

  /** Money that waits, each with the refund that it belongs to, read at once. */
  private List<RefundView> waiting(List<Refund> page) {
    List<OrderNumber> orders =
        page.stream()
            .filter(each -> each.reason() == Refund.Reason.CUSTOMER)
            .map(each -> each.id().order())
            .toList();
    Map<OrderNumber, List<RefundCase>> found = orders.isEmpty() ? Map.of() : cases.ofOrders(orders);
    return page.stream()
        .flatMap(each -> view(each, found.getOrDefault(each.id().order(), List.of())).stream())
        .toList();
  }

  private static Optional<RefundView> view(Refund money, List<RefundCase> ofOrder) {
    if (money.reason() != Refund.Reason.CUSTOMER) {
      return Optional.of(RefundView.automatic(money));
    }
    return ofOrder.stream()
        .filter(asked -> money.id().equals(asked.money()))
        .findFirst()
        .map(asked -> new RefundView(asked, money))
        // Another number took its place, and its own money went back after that.
        .or(() -> Optional.of(RefundView.automatic(money)));
  }
}
