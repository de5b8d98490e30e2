/**
 * Webhooks: the event log, sent to whoever subscribed, as Standard Webhooks.
 *
 * <p>Owns: schema {@code webhooks} (cursor, subscription, delivery, replay). Calls: the feed of the
 * event log, the record of staff acts, addresses that subscribers named. Hears every event through
 * the feed; tells nothing. A receiver that is slow or dead stalls nobody else, and placing pays
 * nothing for any of it: nothing is read while nobody is subscribed.
 */
@NullMarked
package io.tidegate.shop.webhooks;

import org.jspecify.annotations.NullMarked;
