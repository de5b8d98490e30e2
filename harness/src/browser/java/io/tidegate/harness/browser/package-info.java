/**
 * The console and the cashier in a real browser, against the whole program as its launcher starts
 * it. What a page shows is held against what the API answers.
 */
@NullMarked
package io.tidegate.harness.browser;

import org.jspecify.annotations.NullMarked;
