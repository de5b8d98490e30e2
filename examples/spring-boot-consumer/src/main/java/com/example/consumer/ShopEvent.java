package com.example.consumer;

import tools.jackson.databind.JsonNode;

/**
 * A CloudEvent of the shop, whichever way it came.
 *
 * @param id its place in the source's log: the same on every way it comes, but another event may
 *     have it once the shop was restored to an earlier moment
 */
record ShopEvent(String source, String id, String type, JsonNode data) {}
