package io.tidegate.shop.ordering;

import io.tidegate.platform.http.Fields;
import io.tidegate.platform.http.Problem;
import io.tidegate.shop.catalog.Offer;
import io.tidegate.shop.customer.Address;
import io.tidegate.shop.customer.AddressStore;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.marketing.Coupon;
import io.tidegate.shop.marketing.CouponStore;
import io.tidegate.shop.marketing.GrantState;
import io.tidegate.shop.marketing.RedPacket;
import io.tidegate.shop.marketing.RedPacketPick;
import io.tidegate.shop.marketing.RedPacketStore;
import io.tidegate.shop.ordering.Wishes.PacketWish;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads what an ask names: the saved address, the coupon, the red packets. It decides nothing: what
 * does not seem to be there any more may be what this very order has (a replay), so only what
 * nobody ever had is refused here.
 */
public final class AskService {

  private final AddressStore addresses;
  private final CouponStore coupons;
  private final RedPacketStore packets;
  private final TariffBook tariffs;
  private final InstantSource clock;
  private final Predicate<String> districts;

  public AskService(
      AddressStore addresses,
      CouponStore coupons,
      RedPacketStore packets,
      TariffBook tariffs,
      InstantSource clock,
      Predicate<String> districts) {
    this.addresses = addresses;
    this.coupons = coupons;
    this.packets = packets;
    this.tariffs = tariffs;
    this.clock = clock;
    this.districts = districts;
  }

  /** What goods cost and save, as it is known now. */
  Tariff tariff() {
    return tariffs.seen().tariff();
  }

  Predicate<String> districts() {
    return districts;
  }

  /** The address that is given, or saved under the id that is given. */
  Address address(long user, @Nullable Address inline, @Nullable Long addressId) {
    if (inline != null && addressId == null) {
      return inline;
    }
    if (inline != null || addressId == null) {
      throw Problem.invalid("/address", "give address or addressId, one of them");
    }
    return saved(user, addressId).orElseThrow(() -> PlaceProblemJson.noSuchAddress());
  }

  /** Reads where an order shall go. What is wrong is noted in the fields. */
  public AddressAsk address(Fields body) {
    return AskJson.address(body, districts);
  }

  /** That address; one that fits nobody where it is a saved one that is not there any more. */
  public Address addressIfKept(long user, AddressAsk ask) {
    return addressIfKept(user, ask.address(), ask.addressId());
  }

  /** The same; {@link PlaceOrder#NOWHERE} for a saved one that is not there, or not any more. */
  Address addressIfKept(long user, @Nullable Address inline, @Nullable Long addressId) {
    return inline == null && addressId != null
        ? saved(user, addressId).orElse(PlaceOrder.NOWHERE)
        : address(user, inline, addressId);
  }

  private Optional<Address> saved(long user, long addressId) {
    return addresses.find(user, addressId).map(saved -> saved.address());
  }

  /** The id of the customer's default address; null for an empty book. */
  @Nullable Long defaultAddress(long user) {
    return addresses.list(user).addresses().stream()
        .filter(saved -> saved.isDefault())
        .map(saved -> saved.id())
        .findFirst()
        .orElse(null);
  }

  /** The perks that are asked for with these goods, as they are now. */
  Wishes wishes(long user, Ask ask, List<PlaceOrder.Line> lines) {
    Coupon coupon = ask.coupon() == null ? null : coupon(user, ask.coupon(), "/coupon");
    List<PacketWish> wanted = List.of();
    if (ask.packets() != null && !ask.packets().isEmpty()) {
      String currency = currency(lines);
      wanted = byId(packets.spendable(user, currency), ask.packets(), currency);
    } else if (ask.packetAmount() != null && !ask.packetAmount().isZero()) {
      Money amount = ask.packetAmount();
      wanted = forAmount(packets.spendable(user, amount.currency()), amount);
    }
    long points = ask.points() == null ? 0 : ask.points();
    Wishes wishes = new Wishes(ask.courier(), coupon, points, wanted, isDoubtful(coupon));
    return wishes.lacksPackets() ? wishes.inDoubt() : wishes;
  }

  /** The perks that a quote names. */
  Wishes wishes(Quote quote) {
    Coupon coupon =
        quote.coupon() == null ? null : coupon(quote.userId(), quote.coupon(), "/quote");
    return new Wishes(quote.courier(), coupon, quote.points(), quote.packets(), isDoubtful(coupon));
  }

  /** The goods' one currency: where they have several, they are refused. */
  private String currency(List<PlaceOrder.Line> lines) {
    Offer first = tariff().offer(lines.getFirst().sku(), clock.instant());
    return first == null ? Money.CNY : first.price().currency();
  }

  private static boolean isDoubtful(@Nullable Coupon coupon) {
    return coupon != null && coupon.state() != GrantState.GRANTED;
  }

  private Coupon coupon(long user, long id, String pointer) {
    return coupons
        .find(user, id)
        .orElseThrow(() -> PlaceProblemJson.couponUnavailable("unknown", pointer));
  }

  private static List<PacketWish> byId(List<RedPacket> all, List<Long> ids, String currency) {
    Map<Long, RedPacket> known =
        all.stream().collect(Collectors.toMap(RedPacket::id, Function.identity()));
    List<PacketWish> wanted = new ArrayList<>(ids.size());
    for (long id : ids) {
      RedPacket packet = known.get(id);
      wanted.add(
          new PacketWish(
              id, packet == null ? Supply.ENOUGH : packet.remaining().amount(), currency));
    }
    return wanted;
  }

  private static List<PacketWish> forAmount(List<RedPacket> all, Money amount) {
    return switch (RedPacketPick.forAmount(all, amount)) {
      case RedPacketPick.Picked(List<RedPacketPick.Part> parts) ->
          parts.stream()
              .map(part -> new PacketWish(part.packetId(), part.amount(), amount.currency()))
              .toList();
      case RedPacketPick.Missing _, RedPacketPick.TooLittle _ ->
          List.of(new PacketWish(Wishes.NO_PACKET, amount.amount(), amount.currency()));
    };
  }
}
