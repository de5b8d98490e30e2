package com.example.consumer;

import tools.jackson.databind.JsonNode;

/**
 * A CloudEvent of the shop, whichever way it came.
 *
 * @param id unique within the source: who hears both again hears a repetition
 */
record ShopEvent(String source, String id, String type, JsonNode data) {}
