package io.tidegate.examples.warehouse;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One parcel.
 *
 * @param name Tidegate's
 * @param ticket what Tidegate said with it, and hears again in each report
 * @param order what is in it and to whom it goes, as Tidegate said; null once nobody needs it: it
 *     has somebody's address
 * @param told the last state that Tidegate is known to have heard
 * @param sinceMillis when it reached its state
 */
record Parcel(
    String name,
    String ticket,
    @Nullable JsonNode order,
    State state,
    State told,
    long sinceMillis) {

  static Parcel accepted(String name, JsonNode order, long nowMillis) {
    String ticket = order.path("ticket").asString("");
    return new Parcel(name, ticket, order, State.ACCEPTED, State.ACCEPTED, nowMillis);
  }

  /** One that must not leave, whatever is known of it. */
  static Parcel stopped(String name, long nowMillis) {
    return new Parcel(name, "", null, State.STOPPED, State.STOPPED, nowMillis);
  }

  Parcel in(State next, long nowMillis) {
    return new Parcel(name, ticket, next.isEnd() ? null : order, next, told, nowMillis);
  }

  Parcel toldOf(State heard) {
    return new Parcel(name, ticket, order, state, heard, sinceMillis);
  }

  /** The same, told by another ticket. */
  Parcel by(String other) {
    return new Parcel(name, other, order, state, told, sinceMillis);
  }

  /** Whether something is still to happen to it, or to be told of it. */
  boolean isOpen() {
    return !state.isEnd() || told != state;
  }

  /** Its number at the carrier: made of its name, so that it is the same after a restart. */
  String waybill() {
    return "EX" + name;
  }

  /** Without what is in it and to whom it goes. */
  @Override
  public String toString() {
    return name + " " + state.code();
  }
}
