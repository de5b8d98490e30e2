package io.tidegate.shop.flashsale;

import java.time.Instant;
import java.util.List;

/**
 * All that decided a draw, and how.
 *
 * @param ranked all entries, in the order of their ranks
 */
record Transcript(
    Sale sale,
    Instant drawnAt,
    byte[] entriesHash,
    byte[] seed,
    byte[] secret,
    List<DrawRules.Ranked> ranked) {}
