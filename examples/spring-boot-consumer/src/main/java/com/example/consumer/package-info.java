/** A team that hears of paid orders, by webhook or by RocketMQ, and writes each down once. */
package com.example.consumer;
