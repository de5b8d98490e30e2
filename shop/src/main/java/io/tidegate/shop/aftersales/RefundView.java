package io.tidegate.shop.aftersales;

import io.tidegate.shop.fulfilment.Shipment;
import io.tidegate.shop.fulfilment.ShipmentId;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.payment.Refund;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A refund as people see it: one that a customer asked for, with its money where it has some, or
 * one that the shop began by itself, which is money only.
 *
 * @param asked null for one that nobody asked for
 * @param money null while there is no number at a provider
 * @param customer whose order it is; null where nobody has looked
 * @param packed parcels with pieces of it that the warehouse had packed before it heard of the
 *     stop, and that nobody has unpacked yet, for staff
 */
public record RefundView(
    @Nullable RefundCase asked,
    @Nullable Refund money,
    @Nullable Long customer,
    List<ShipmentId> packed) {

  public RefundView {
    if (asked == null && money == null) {
      throw new IllegalArgumentException("nothing to see");
    }
    packed = List.copyOf(packed);
  }

  RefundView(@Nullable RefundCase asked, @Nullable Refund money) {
    this(asked, money, asked == null ? null : (Long) asked.userId(), List.of());
  }

  /** A customer's refund, among all the money that goes back for its order. */
  public static RefundView of(RefundCase asked, List<Refund> ofOrder) {
    return new RefundView(
        asked,
        ofOrder.stream().filter(each -> each.id().equals(asked.money())).findFirst().orElse(null));
  }

  public static RefundView automatic(Refund money) {
    return new RefundView(null, money);
  }

  RefundView of(@Nullable Long owner) {
    return new RefundView(asked, money, owner, packed);
  }

  /**
   * The same with what of it lies packed.
   *
   * @param parcels of its order
   */
  RefundView among(Collection<Shipment> parcels) {
    RefundCase refund = asked;
    if (refund == null || !refund.has(WayBack.STOP) && !refund.hasUndone(WayBack.STOP)) {
      return this;
    }
    Set<Integer> lines = refund.lines().stream().map(RefundLine::line).collect(Collectors.toSet());
    List<ShipmentId> found =
        parcels.stream()
            .filter(Shipment::isPackedAnyhow)
            .filter(parcel -> parcel.items().stream().anyMatch(item -> lines.contains(item.line())))
            .map(Shipment::id)
            .toList();
    return new RefundView(asked, money, customer, found);
  }

  public String id() {
    return asked == null ? theMoney().id().toString() : asked.id().toString();
  }

  public OrderNumber order() {
    return asked == null ? theMoney().id().order() : asked.id().order();
  }

  public Money amount() {
    return asked == null ? theMoney().amount() : asked.amount();
  }

  public long deducted() {
    return asked == null ? 0 : asked.deducted();
  }

  public List<RefundLine> lines() {
    return asked == null ? List.of() : asked.lines();
  }

  public String reason() {
    return asked == null ? theMoney().reason().wire() : asked.reason();
  }

  public Instant createdAt() {
    return asked == null ? theMoney().createdAt() : asked.progress().createdAt();
  }

  /** When its money was back; null while it is not, and where the provider took it back. */
  public @Nullable Instant succeededAt() {
    if (asked != null) {
      return asked.state() == RefundState.SUCCEEDED ? asked.progress().succeededAt() : null;
    }
    return theMoney().isBack() ? theMoney().succeededAt() : null;
  }

  /** Its state in JSON: while it is at the provider, what the provider says of it. */
  public String state() {
    if (asked == null) {
      return theMoney().wireState();
    }
    return asked.state() == RefundState.AT_PROVIDER && money != null
        ? atProvider(money)
        : asked.state().wire();
  }

  private static String atProvider(Refund money) {
    return switch (money.state()) {
      case UNKNOWN, NEEDS_PERSON, REVERSED -> money.state().wire();
      // What it has said is being carried out (M8: first all of it, then it is shown).
      case REQUESTED, AT_PROVIDER, SUCCEEDED, ENDED -> RefundState.AT_PROVIDER.wire();
    };
  }

  private Refund theMoney() {
    if (money == null) {
      throw new IllegalStateException("no money");
    }
    return money;
  }
}
