/**
 * The benches: they start a system of their own or take a running one, put a load on it, and count
 * in the database what the load claims. Owns no table and reads the server's by SQL; calls the
 * launcher, the HTTP API and the load generator; hears and tells nothing.
 */
@NullMarked
package io.tidegate.harness.bench;

import org.jspecify.annotations.NullMarked;
