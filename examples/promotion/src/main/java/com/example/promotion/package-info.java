/**
 * A service of another team that gives points for paid orders. It hears {@code order.paid.v1} and
 * asks nobody: all that it needs is in the event.
 */
package com.example.promotion;
