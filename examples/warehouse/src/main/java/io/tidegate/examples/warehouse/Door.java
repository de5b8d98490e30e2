package io.tidegate.examples.warehouse;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Where Tidegate knocks: what is not signed with the secret is turned away unread. */
final class Door implements AutoCloseable {

  private static final int BODY_BYTES_MAX = 64 * 1024;
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final Book book;
  private final Signature signature;
  private final Set<String> lacking;
  private final HttpServer server;

  /**
   * A door on loopback.
   *
   * @param port 0 takes a free one
   * @param lacking SKUs that this house doesn't have
   */
  Door(int port, Book book, Signature signature, Set<String> lacking) throws IOException {
    this.book = book;
    this.signature = signature;
    this.lacking = Set.copyOf(lacking);
    this.server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
  }

  int open() {
    server.start();
    return server.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readNBytes(BODY_BYTES_MAX + 1);
      Headers headers = exchange.getRequestHeaders();
      String id = headers.getFirst(Signature.ID);
      if (!exchange.getRequestMethod().equals("POST") || body.length > BODY_BYTES_MAX) {
        exchange.sendResponseHeaders(400, -1);
        return;
      }
      if (id == null
          || !signature.proves(
              id, headers.getFirst(Signature.TIME), headers.getFirst(Signature.SIGNATURE), body)) {
        exchange.sendResponseHeaders(401, -1);
        return;
      }
      ObjectNode answer = answer(body);
      if (answer == null) {
        exchange.sendResponseHeaders(400, -1);
        return;
      }
      byte[] said = answer.toString().getBytes(StandardCharsets.UTF_8);
      signature.sign(id, said).forEach(exchange.getResponseHeaders()::set);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, said.length);
      exchange.getResponseBody().write(said);
    }
  }

  /** Null for what is no question of this form. */
  private @Nullable ObjectNode answer(byte[] body) {
    JsonNode asked;
    try {
      asked = MAPPER.readTree(body);
    } catch (JacksonException _) {
      return null;
    }
    String name = asked.path("parcel").asString("");
    if (!name.matches("[0-9]{1,19}S[0-9]{1,3}")) {
      return null;
    }
    return switch (asked.path("type").asString("")) {
      case "parcel.ship" -> ship(name, asked);
      case "parcel.ask" -> book.find(name).map(Door::said).orElseGet(() -> said(name, "unknown"));
      case "parcel.stop" -> stop(name);
      default -> null;
    };
  }

  private ObjectNode ship(String name, JsonNode asked) {
    Optional<Parcel> known = book.find(name);
    if (known.isPresent()) {
      String ticket = asked.path("ticket").asString("");
      return ticket.isEmpty() || ticket.equals(known.get().ticket())
          ? said(known.get())
          : said(book.retell(known.get(), ticket));
    }
    for (JsonNode item : asked.path("items")) {
      if (lacking.contains(item.path("sku").asString(""))) {
        return said(name, "refused").put("why", "goods_missing");
      }
    }
    if (book.isFull()) {
      return said(name, "refused").put("why", "no_room");
    }
    return said(book.add(Parcel.accepted(name, asked, System.currentTimeMillis())));
  }

  /** What was never heard of is kept as stopped: the order to ship it may still be on its way. */
  private ObjectNode stop(String name) {
    long now = System.currentTimeMillis();
    Parcel parcel = book.add(Parcel.stopped(name, now));
    return switch (parcel.state()) {
      case ACCEPTED, PICKED ->
          said(book.change(parcel, seen -> seen.in(State.STOPPED, now).toldOf(State.STOPPED)));
      case PACKED, SHIPPED, DELIVERED, STOPPED -> said(parcel);
    };
  }

  private static ObjectNode said(Parcel parcel) {
    ObjectNode json = said(parcel.name(), parcel.state().code());
    if (parcel.state() == State.SHIPPED || parcel.state() == State.DELIVERED) {
      json.put("carrier", Tidegate.CARRIER).put("waybill", parcel.waybill());
      json.set("events", Tidegate.events(parcel, parcel.state()));
    }
    return json;
  }

  private static ObjectNode said(String name, String state) {
    return MAPPER.createObjectNode().put("parcel", name).put("state", state);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
