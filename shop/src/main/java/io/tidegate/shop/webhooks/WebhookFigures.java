package io.tidegate.shop.webhooks;

/**
 * How webhooks are doing.
 *
 * @param waiting deliveries that are not over
 * @param lateSeconds by how much the one that should have been tried longest ago is late
 * @param active subscriptions that are sent events
 * @param failing of these, how many took nothing since their last failure
 * @param disabled subscriptions that were disabled, and not by a person
 */
public record WebhookFigures(
    long waiting, double lateSeconds, long active, long failing, long disabled) {}
