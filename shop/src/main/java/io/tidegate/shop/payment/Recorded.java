package io.tidegate.shop.payment;

import java.time.Instant;

/** A capture in our book, with what became of it. */
public record Recorded(Capture capture, Capture.Verdict verdict, Instant recordedAt) {}
