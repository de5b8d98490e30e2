package com.example.consumer;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** The application. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class ConsumerApplication {

  /** Starts it. */
  public static void main(String[] args) {
    // Read once, when the message client's first class is loaded.
    System.setProperty("rmq.logback.configurationFile", "rocketmq-client-logback.xml");
    SpringApplication.run(ConsumerApplication.class, args);
  }
}
