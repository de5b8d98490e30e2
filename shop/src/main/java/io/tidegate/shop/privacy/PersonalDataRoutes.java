package io.tidegate.shop.privacy;

import io.tidegate.platform.http.Access;
import io.tidegate.platform.http.Cursors;
import io.tidegate.platform.http.JsonWriter;
import io.tidegate.platform.http.Page;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.shop.aftersales.CustomerWordsStore;
import io.tidegate.shop.aftersales.CustomerWordsStore.Words;
import io.tidegate.shop.customer.Address;
import io.tidegate.shop.customer.AddressStore;
import io.tidegate.shop.customer.Consignee;
import io.tidegate.shop.customer.ConsigneeStore;
import io.tidegate.shop.customer.InvoiceJson;
import io.tidegate.shop.customer.SavedAddress;
import io.tidegate.shop.flashsale.CustomerEntryStore;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.notification.Channel;
import io.tidegate.shop.notification.Message;
import io.tidegate.shop.notification.MessageStore;
import io.tidegate.shop.ordering.ArchivedOrders;
import io.tidegate.shop.ordering.Order;
import io.tidegate.shop.ordering.OrderService;
import io.tidegate.shop.reporting.ArchiveWordsStore;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is kept of a person, and its erasure. */
public final class PersonalDataRoutes implements Routes {

  private static final String MINE = "/v1/me/personal-data";

  private final ErasureService erasures;
  private final OrderService orders;
  private final AddressStore addresses;
  private final ConsigneeStore consignees;
  private final MessageStore messages;
  private final CustomerWordsStore words;
  private final CustomerEntryStore entries;
  private final ArchivedOrders archived;
  private final ArchiveWordsStore archivedWords;
  private final Cursors cursors;

  public PersonalDataRoutes(
      ErasureService erasures,
      OrderService orders,
      AddressStore addresses,
      ConsigneeStore consignees,
      MessageStore messages,
      CustomerWordsStore words,
      CustomerEntryStore entries,
      ArchivedOrders archived,
      ArchiveWordsStore archivedWords,
      Cursors cursors) {
    this.archived = archived;
    this.archivedWords = archivedWords;
    this.erasures = erasures;
    this.orders = orders;
    this.addresses = addresses;
    this.consignees = consignees;
    this.messages = messages;
    this.words = words;
    this.entries = entries;
    this.cursors = cursors;
  }

  @Override
  public void register(Router router) {
    router.get(MINE, Access.customer(), this::show).paged();
    router.delete(
        MINE,
        Access.customer(),
        request -> told(erasures.erase(request.caller().customer(), null)));
    router.post(
        "/v1/admin/customers/{user}/erase",
        Access.staff("admin", "support"),
        request -> told(erasures.erase(request.pathNumber("user"), request.caller().subject())));
  }

  /** What belongs to one order of the person. */
  private record Kept(
      OrderNumber order,
      @Nullable Consignee consignee,
      List<Message> messages,
      List<Words> words) {}

  private Reply show(Request request) {
    long user = request.caller().customer();
    List<OrderNumber> page =
        page(user, cursors.position(request).orElse(Long.MAX_VALUE), request.limit() + 1);
    List<Long> numbers = page.stream().map(OrderNumber::value).toList();
    Map<Long, Consignee> people = people(numbers);
    Map<Long, List<Message>> told =
        messages.ofOrders(numbers).stream().collect(Collectors.groupingBy(Message::orderNumber));
    Map<Long, List<Words>> written = written(numbers);
    List<Kept> kept =
        page.stream()
            .map(order -> {
              long number = order.value();
              return new Kept(
                  order,
                  people.get(number),
                  told.getOrDefault(number, List.of()),
                  written.getOrDefault(number, List.of()));
            })
            .toList();
    List<SavedAddress> book = addresses.list(user).addresses();
    List<CustomerEntryStore.Shown> entered = entries.of(user);
    Map<Long, Consignee> waiting =
        people(
            entered.stream()
                .filter(CustomerEntryStore.Shown::waits)
                .map(entry -> entry.number().value())
                .toList());
    return Page.reply(
            request,
            cursors,
            kept,
            each -> each.order().value(),
            PersonalDataRoutes::write,
            json -> {
              addresses(json.field("user", Long.toString(user)), book);
              entries(json, entered, waiting);
            })
        .header("Cache-Control", "no-store");
  }

  /** A person's orders below a number, the newest first, be they in the database or not. */
  private List<OrderNumber> page(long user, long below, int most) {
    List<OrderNumber> here = orders.mine(user, below, most).stream().map(Order::number).toList();
    long above = here.size() < most ? 0 : here.getLast().value();
    if (archived.top() <= above) {
      return here;
    }
    Stream<OrderNumber> elsewhere =
        archived.mine(new ArchivedOrders.Wanted(user, below, above, most, null, "")).stream()
            .map(ArchivedOrders.Row::number);
    return Stream.concat(here.stream(), elsewhere)
        .distinct()
        .sorted(Comparator.reverseOrder())
        .limit(most)
        .toList();
  }

  /** What they wrote about orders; of one that is leaving just now it is in both places. */
  private Map<Long, List<Words>> written(List<Long> numbers) {
    Map<String, Words> all = new TreeMap<>();
    archivedWords.shown(numbers).forEach(each -> all.put(each.about(), each));
    words.ofOrders(numbers).forEach(each -> all.put(each.about(), each));
    return all.values().stream().collect(Collectors.groupingBy(Words::order));
  }

  private Map<Long, Consignee> people(List<Long> numbers) {
    return consignees.find(numbers).stream()
        .collect(Collectors.toMap(Consignee::orderNumber, Function.identity()));
  }

  /** A winner's consignee is shown with the order, and a loser has none. */
  private static void entries(
      JsonWriter json, List<CustomerEntryStore.Shown> entered, Map<Long, Consignee> waiting) {
    json.name("entries").beginArray();
    for (CustomerEntryStore.Shown entry : entered) {
      json.beginObject()
          .field("sale", Long.toString(entry.sale()))
          .field("sku", entry.sku())
          .field("quantity", entry.quantity())
          .field("state", entry.state())
          .field("enteredAt", entry.number().createdAt());
      if (entry.won()) {
        json.field("order", entry.number().toString());
      }
      Consignee consignee = waiting.get(entry.number().value());
      if (consignee != null) {
        json.name("consignee").beginObject();
        members(json, consignee.address());
        json.endObject();
      }
      json.endObject();
    }
    json.endArray();
  }

  private static void addresses(JsonWriter json, List<SavedAddress> book) {
    json.name("addresses").beginArray();
    for (SavedAddress saved : book) {
      json.beginObject().field("id", Long.toString(saved.id())).field("default", saved.isDefault());
      members(json, saved.address());
      json.endObject();
    }
    json.endArray();
  }

  private static void write(JsonWriter json, Kept kept) {
    json.beginObject()
        .field("order", kept.order().toString())
        .field("createdAt", kept.order().createdAt());
    Consignee consignee = kept.consignee();
    if (consignee != null) {
      json.name("consignee").beginObject();
      members(json, consignee.address());
      json.endObject();
      InvoiceJson.write(json, consignee.invoice());
    }
    json.name("notifications").beginArray();
    for (Message message : kept.messages()) {
      json.beginObject()
          .field("template", message.template())
          .field("channel", message.channel().code())
          .fieldIfPresent("to", addressee(message, consignee))
          .field("at", message.createdAt())
          .endObject();
    }
    json.endArray().name("words").beginArray();
    for (Words each : kept.words()) {
      json.beginObject()
          .field("about", each.about())
          .field("reason", each.reason())
          .field("pictures", each.pictures())
          .endObject();
    }
    json.endArray().endObject();
  }

  /** Messages keep no number of their own: they go to the consignee's, while there is one. */
  private static @Nullable String addressee(Message message, @Nullable Consignee consignee) {
    Channel channel = message.channel();
    return switch (channel) {
      case PUSH -> Long.toString(message.userId());
      case SMS -> consignee == null ? null : consignee.address().phone();
    };
  }

  private static void members(JsonWriter json, Address address) {
    json.field("name", address.name())
        .field("phone", address.phone())
        .field("region", address.region())
        .field("line", address.line());
  }

  private static Reply told(Erased erased) {
    return Reply.json(
        200,
        json -> {
          json.beginObject()
              .field("addresses", erased.addresses())
              .field("entries", erased.entries())
              .field("entriesDrawn", erased.entriesDrawn())
              .field("orders", erased.orders())
              .field("keptCount", erased.keptCount())
              .name("kept")
              .beginArray();
          for (Erased.Kept kept : erased.kept()) {
            json.beginObject()
                .field("order", kept.order().toString())
                .field("state", kept.state())
                .endObject();
          }
          json.endArray().endObject();
        });
  }
}
