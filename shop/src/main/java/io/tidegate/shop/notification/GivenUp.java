package io.tidegate.shop.notification;

import java.time.Instant;

/** A message that was given up, and when. */
public record GivenUp(Message message, Instant at) {}
