package io.tidegate.shop.fulfilment;

import io.tidegate.platform.http.SignedCalls;
import io.tidegate.platform.http.SignedCalls.Answer;
import io.tidegate.shop.customer.Consignee;
import io.tidegate.shop.customer.ConsigneeStore;
import java.time.DateTimeException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A warehouse outside, with carriers of its own: it is told what to ship, asked how far it is, and
 * told to stop. Signed both ways; {@code docs/openapi/warehouse.json} has the form.
 *
 * <p>Its own reports ({@link WarehouseReportRoutes}) are faster; asking finds what they lost.
 */
final class SignedWarehouse implements Outside {

  private static final String WHO = "warehouse";
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final SignedCalls calls;
  private final ConsigneeStore consignees;
  private final String ticket;

  SignedWarehouse(SignedCalls calls, ConsigneeStore consignees, String ticket) {
    this.calls = calls;
    this.consignees = consignees;
    this.ticket = ticket;
  }

  @Override
  public Seen step(Shipment shipment, String toRegion) {
    return switch (shipment.state()) {
      case PLANNED, PICKED -> {
        if (shipment.problem() != null) {
          yield new Seen.GoodsWanted();
        }
        // One that another house was told of is new to this one.
        yield shipment.told() && ticket.equals(shipment.toldTo()) ? look(shipment) : tell(shipment);
      }
      case PACKED, SHIPPED -> look(shipment);
      case CANCELLED -> stop(shipment);
      case DELIVERED -> new Seen.Stopped();
    };
  }

  private Seen tell(Shipment shipment) {
    // Looked up at each call: it is kept nowhere else.
    Optional<Consignee> person = consignees.find(shipment.orderNumber());
    if (person.isEmpty()) {
      return new Seen.Failed("the order's address is not there");
    }
    ShipmentId id = shipment.id();
    return said(
        calls.ask(id + "-ship", ShipmentJson.ship(shipment, person.get().address(), ticket)),
        word -> word.is("accepted") ? new Seen.Told(ticket) : word.reported());
  }

  private Seen look(Shipment shipment) {
    return said(
        calls.ask(shipment.id() + "-ask-" + unique(), ShipmentJson.parcel("ask", shipment.id())),
        word -> {
          if (!word.is("unknown")) {
            return word.reported();
          }
          return shipment.state().isPast(ShipmentState.PACKED)
              ? new Seen.Failed(WHO + ": it doesn't know the parcel")
              : tell(shipment); // It lost what it was told.
        });
  }

  /** Unknown there is as good: who is told to stop what it doesn't know never ships it. */
  private Seen stop(Shipment shipment) {
    return said(
        calls.ask(shipment.id() + "-stop", ShipmentJson.parcel("stop", shipment.id())),
        word ->
            switch (word.state()) {
              case "stopped", "unknown" -> new Seen.Stopped();
              // It packed without our leave: somebody must unpack it.
              case "packed" -> new Seen.Packed();
              case "shipped", "delivered" ->
                  new Seen.Gone(word.optional("carrier"), word.optional("waybill"));
              default -> new Seen.Failed(WHO + ": not stopped yet");
            });
  }

  /** What it said of a parcel. */
  private record Word(JsonNode json, String state, String ticket) {

    boolean is(String wanted) {
      return state.equals(wanted);
    }

    Seen reported() {
      return switch (state) {
        case "accepted" -> Seen.Reported.of(ShipmentState.PLANNED, ticket);
        case "picked" -> Seen.Reported.of(ShipmentState.PICKED, ticket);
        case "packed" -> Seen.Reported.of(ShipmentState.PACKED, ticket);
        case "shipped" -> onItsWay(ShipmentState.SHIPPED);
        case "delivered" -> onItsWay(ShipmentState.DELIVERED);
        case "refused" -> new Seen.Failed(WHO + ": refused" + why());
        case "stopped" -> new Seen.Failed(WHO + ": it has stopped it by itself");
        default -> new Seen.Failed(WHO + ": an unknown state");
      };
    }

    private Seen onItsWay(ShipmentState reached) {
      return new Seen.Reported(
          reached,
          CarrierClient.word(Answers.text(json, "carrier")),
          CarrierClient.word(Answers.text(json, "waybill")),
          CarrierClient.events(json.path("events")),
          ticket);
    }

    @Nullable String optional(String field) {
      String text = json.path(field).asString("");
      return text.isBlank() ? null : CarrierClient.word(text);
    }

    /** Only a code: any other text may have somebody's name or address in it. */
    private String why() {
      String why = json.path("why").asString("");
      return SignedCalls.isCode(why) ? ", " + words(why) : "";
    }
  }

  /** What a word means. */
  @FunctionalInterface
  private interface Meaning {
    Seen of(Word word);
  }

  private Seen said(Answer answer, Meaning meaning) {
    return switch (answer) {
      case Answer.Said(byte[] json) -> {
        try {
          JsonNode read = MAPPER.readTree(json);
          yield meaning.of(new Word(read, Answers.text(read, "state"), ticket));
        } catch (JacksonException | IllegalArgumentException | DateTimeException _) {
          yield new Seen.Failed(WHO + ": an answer that can't be read");
        }
      }
      case Answer.NotAsked(String why) -> new Seen.Postponed(WHO + ": " + words(why));
      case Answer.NotReached(String why) -> new Seen.Failed(WHO + ": " + words(why));
      case Answer.Unknown(String why) -> new Seen.Failed(WHO + ": " + words(why));
    };
  }

  private static String words(String code) {
    return code.replace('_', ' ');
  }

  /** Each look is a question of its own: the answer of an earlier one is old. */
  private static String unique() {
    return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
  }
}
