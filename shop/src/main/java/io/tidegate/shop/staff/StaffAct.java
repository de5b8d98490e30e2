package io.tidegate.shop.staff;

import java.time.Instant;

/**
 * An act on record.
 *
 * @param id rises with time
 * @param act what was done, such as {@code price.set}
 * @param subject what it was done to, such as {@code sku TG-PHN-001-BK}
 * @param detail a JSON object
 */
public record StaffAct(
    long id, Instant at, String actor, String act, String subject, String detail) {}
