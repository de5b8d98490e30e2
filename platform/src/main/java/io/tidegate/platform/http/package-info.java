/**
 * The HTTP edge: routes with their access rules, strict request reading, problems, pages, limits.
 *
 * <p>A thin layer over Helidon. While the bound on requests in flight is full, a plain request is
 * refused from its bytes ({@code TurnedAway}). One handler takes every other request and does, in
 * this order: the route, the route's early look if it has one, the bound on requests in flight (the
 * route's own or the server's), the query's names, the caller, the caller's rate, the route's
 * handler. Owns no table. Calls clock and identity, and knows what a lane or a database refuses
 * (503); hears nothing and tells nothing.
 */
@NullMarked
package io.tidegate.platform.http;

import org.jspecify.annotations.NullMarked;
