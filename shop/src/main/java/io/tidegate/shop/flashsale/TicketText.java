package io.tidegate.shop.flashsale;

import io.tidegate.shop.kernel.OrderNumber;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/** Tickets as customers carry them: signed, so that every node can tell what became of one. */
public final class TicketText {

  private static final int SIGNATURE_BYTES = 16;
  private static final int BYTES = 7 * Long.BYTES + SIGNATURE_BYTES;

  /** Of a ticket; another length is none. */
  static final int CHARS = BYTES / 3 * 4;

  private final Hmac hmac;

  /**
   * @param secret shared by all nodes
   */
  public TicketText(byte[] secret) {
    this.hmac = new Hmac("ticket", secret);
  }

  public String of(Ticket ticket) {
    byte[] bytes =
        ByteBuffer.allocate(BYTES)
            .putLong(ticket.sale())
            .putLong(ticket.order().value())
            .putLong(ticket.userId())
            .putLong(ticket.until().toEpochMilli())
            .putLong(ticket.wish().keyHigh())
            .putLong(ticket.wish().keyLow())
            .putLong(ticket.wish().command())
            .put(signature(ticket))
            .array();
    return Base64.getUrlEncoder().encodeToString(bytes);
  }

  /** Empty for a text that was not made here. */
  public Optional<Ticket> read(String text) {
    if (text.length() != CHARS) {
      return Optional.empty();
    }
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(text);
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
    ByteBuffer content = ByteBuffer.wrap(bytes);
    long sale = content.getLong();
    long number = content.getLong();
    if (number <= 0) {
      return Optional.empty();
    }
    Ticket ticket =
        new Ticket(
            sale,
            new OrderNumber(number),
            content.getLong(),
            Instant.ofEpochMilli(content.getLong()),
            new Ticket.Wish(content.getLong(), content.getLong(), content.getLong()));
    byte[] signature = Arrays.copyOfRange(bytes, BYTES - SIGNATURE_BYTES, BYTES);
    return MessageDigest.isEqual(signature, signature(ticket))
        ? Optional.of(ticket)
        : Optional.empty();
  }

  private byte[] signature(Ticket ticket) {
    return hmac.sign(
        SIGNATURE_BYTES,
        ticket.sale(),
        ticket.order().value(),
        ticket.userId(),
        ticket.until().toEpochMilli(),
        ticket.wish().keyHigh(),
        ticket.wish().keyLow(),
        ticket.wish().command());
  }
}
