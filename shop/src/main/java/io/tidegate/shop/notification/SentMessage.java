package io.tidegate.shop.notification;

/** A claimed message and how it goes on. */
record SentMessage(Message message, SendOutcome outcome) {}
