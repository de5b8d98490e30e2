package io.tidegate.shop.customer;

import io.tidegate.platform.http.Access;
import io.tidegate.platform.http.Cursors;
import io.tidegate.platform.http.EntityTag;
import io.tidegate.platform.http.Fields;
import io.tidegate.platform.http.JsonWriter;
import io.tidegate.platform.http.Page;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.shop.kernel.Outcome;
import java.util.List;
import java.util.function.Predicate;

/** The customer's own address book: {@code /v1/addresses}. */
public final class AddressRoutes implements Routes {

  private static final String PATH = "/v1/addresses";

  /** Longer texts are refused before they are looked at. */
  private static final int TEXT_CHARS_MAX = 1_000;

  private final AddressStore store;
  private final Predicate<String> districts;
  private final Cursors cursors;

  /**
   * @param districts whether a 6-digit code is a district that parcels go to
   */
  public AddressRoutes(AddressStore store, Predicate<String> districts, Cursors cursors) {
    this.store = store;
    this.districts = districts;
    this.cursors = cursors;
  }

  @Override
  public void register(Router router) {
    router.get(PATH, Access.customer(), this::list).paged();
    router.post(PATH, Access.customer(), this::add);
    router.get(PATH + "/{id}", Access.customer(), this::get);
    router.put(PATH + "/{id}", Access.customer(), this::update);
    router.delete(PATH + "/{id}", Access.customer(), this::remove);
  }

  private Reply list(Request request) {
    long after = cursors.position(request).orElse(0);
    List<SavedAddress> rows =
        store.list(request.caller().customer()).addresses().stream()
            .filter(saved -> saved.id() > after)
            .limit(request.limit() + 1L)
            .toList();
    return Page.reply(request, cursors, rows, SavedAddress::id, AddressRoutes::write);
  }

  private Reply get(Request request) {
    SavedAddress saved =
        store
            .find(request.caller().customer(), request.pathNumber("id"))
            .orElseThrow(Problem::notFound);
    EntityTag tag = tag(saved);
    return tag.known(request)
        ? Reply.empty(304).header("ETag", tag.header())
        : Reply.json(200, json -> write(json, saved)).header("ETag", tag.header());
  }

  private Reply add(Request request) {
    Fields fields = request.json();
    Boolean makeDefault = fields.optionalBool("default");
    Address address = address(fields);
    SavedAddress saved =
        done(store.add(request.caller().customer(), address, Boolean.TRUE.equals(makeDefault)));
    return Reply.json(201, json -> write(json, saved))
        .header("Location", PATH + "/" + saved.id())
        .header("ETag", tag(saved).header());
  }

  private Reply update(Request request) {
    Long expectedVersion = EntityTag.requiredIfMatch(request);
    long id = request.pathNumber("id");
    Fields fields = request.json();
    Boolean isDefault = fields.optionalBool("default");
    Address address = address(fields);
    SavedAddress saved =
        done(store.update(request.caller().customer(), id, expectedVersion, address, isDefault));
    return Reply.json(200, json -> write(json, saved)).header("ETag", tag(saved).header());
  }

  private Reply remove(Request request) {
    Long expectedVersion =
        request.header("If-Match") == null ? null : EntityTag.requiredIfMatch(request);
    done(store.remove(request.caller().customer(), request.pathNumber("id"), expectedVersion));
    return Reply.noContent();
  }

  /** Reads an address with every fault told at once; checks the whole body. */
  private Address address(Fields fields) {
    Address address =
        new Address(
            fields.string("name", TEXT_CHARS_MAX),
            fields.string("phone", TEXT_CHARS_MAX),
            fields.string("region", TEXT_CHARS_MAX),
            fields.string("line", TEXT_CHARS_MAX));
    for (AddressRules.Fault fault : AddressRules.faults(address, districts)) {
      // What is empty here is missing, no text, or empty, and has been told.
      if (!text(address, fault.field()).isEmpty()) {
        fields.refuse(fault.field(), fault.detail());
      }
    }
    fields.check();
    return address;
  }

  private static String text(Address address, String field) {
    return switch (field) {
      case "name" -> address.name();
      case "phone" -> address.phone();
      case "region" -> address.region();
      case "line" -> address.line();
      default -> throw new IllegalArgumentException("no field of an address: " + field);
    };
  }

  private static <T> T done(Outcome<T, AddressRefusal> outcome) {
    return switch (outcome) {
      case Outcome.Applied(var value) -> value;
      case Outcome.AlreadyApplied(var value) -> value;
      case Outcome.Refused(var why) -> throw problem(why);
    };
  }

  private static Problem problem(AddressRefusal why) {
    return switch (why) {
      case NOT_FOUND -> Problem.notFound();
      case STALE -> Problem.preconditionFailed();
      case FULL ->
          Problem.conflict("address_limit", "An address book holds " + AddressBook.ADDRESSES_MAX);
    };
  }

  /** Everything of an address changes with its version; the id stands in for the hash. */
  private static EntityTag tag(SavedAddress saved) {
    return new EntityTag(saved.version(), Long.toString(saved.id()));
  }

  private static void write(JsonWriter json, SavedAddress saved) {
    Address address = saved.address();
    json.beginObject()
        .field("id", Long.toString(saved.id()))
        .field("version", saved.version())
        .field("default", saved.isDefault())
        .field("name", address.name())
        .field("phone", address.phone())
        .field("region", address.region())
        .field("line", address.line())
        .endObject();
  }
}
