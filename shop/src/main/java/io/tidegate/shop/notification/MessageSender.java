package io.tidegate.shop.notification;

/** The way to the provider. Bounded in time by itself; gives every failure as a result. */
@FunctionalInterface
public interface MessageSender {
  SendResult send(OutgoingMessage message) throws InterruptedException;
}
