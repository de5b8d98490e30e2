/**
 * Messages to customers: recorded in the transaction of what they tell, sent later and apart.
 *
 * <p>Owns: schema {@code notification} (message) and the templates (a resource). Calls: kernel,
 * customer (the phone, at the moment of sending), the SMS provider. Hears and tells: nothing;
 * {@code effects} records. A provider that is slow or dead stalls nothing but the messages.
 */
@NullMarked
package io.tidegate.shop.notification;

import org.jspecify.annotations.NullMarked;
