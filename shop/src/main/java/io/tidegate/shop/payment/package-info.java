/**
 * Money at providers: attempts, captures, refunds, and the double-entry ledger.
 *
 * <p>Owns: schema {@code payment}; every refund at a provider (its number, tries and outcome) and
 * the worker that gives the money back; what a person may decide about a refund that waits ({@link
 * io.tidegate.shop.payment.RefundDecisions}). Calls: kernel, the providers. Tells: {@code
 * refund.succeeded.v1}, {@code refund.failed.v1}, {@code refund.reversed.v1}, {@code
 * refund.ended.v1}. Hears: nothing; {@code ordering} decides what a capture does and writes through
 * {@link io.tidegate.shop.payment.PaymentStore} in its own transaction.
 */
@NullMarked
package io.tidegate.shop.payment;

import org.jspecify.annotations.NullMarked;
