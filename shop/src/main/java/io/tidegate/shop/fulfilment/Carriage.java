package io.tidegate.shop.fulfilment;

/** How a basket gets to its address, or why it doesn't. */
public sealed interface Carriage {

  /** This courier carries it. */
  record By(CourierOffer offer) implements Carriage {}

  /** The shop has no couriers: nobody is named, and freight costs nothing. */
  record Unpriced() implements Carriage {}

  /** No courier that customers may choose has the id that was asked for. */
  record NoSuchCourier() implements Carriage {}

  /** The courier that was asked for, or every courier, doesn't go there. */
  record NotThere() implements Carriage {}
}
