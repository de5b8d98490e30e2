/**
 * Kills, races and long runs: systems of its own are killed under load, raced against themselves,
 * and led through many orders with refunds and returns while providers go wrong; what clients were
 * told is held against what database and provider say. Owns no table and reads the server's by SQL;
 * calls the command line, the HTTP API, the simulators and signals; hears and tells nothing.
 */
@NullMarked
package io.tidegate.harness.chaos;

import org.jspecify.annotations.NullMarked;
