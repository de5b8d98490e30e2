/**
 * Messages to customers: recorded in the transaction of what they tell, sent later and apart.
 *
 * <p>Owns: schema {@code notification} (message) and the templates (a resource). Calls: kernel,
 * customer (the phone, at the moment of sending), {@code staff} (who had one sent again that was
 * given up is on record), the SMS provider or a system of others. Hears and tells: nothing; {@code
 * effects} and {@code aftersales} record. A provider that is slow or dead stalls nothing but the
 * messages.
 */
@NullMarked
package io.tidegate.shop.notification;

import org.jspecify.annotations.NullMarked;
