package io.tidegate.shop.notification;

/**
 * What goes to the provider.
 *
 * @param id the same in every try, so that the provider sends it once
 * @param to a phone number, or a user id for push
 */
public record OutgoingMessage(String id, Channel channel, String to, String text) {

  /** Without phone and text, which are personal. */
  @Override
  public String toString() {
    return "OutgoingMessage[id=" + id + ", channel=" + channel + "]";
  }
}
