package com.example.consumer;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * How this team is connected to the shop.
 *
 * @param webhookSecret {@code whsec_...}; empty: no webhook is taken
 * @param namesrv RocketMQ's name server; empty: no broker
 * @param group the consumer group, which is this team's alone
 */
@ConfigurationProperties("shop")
record ShopSettings(String webhookSecret, String namesrv, String group) {}
