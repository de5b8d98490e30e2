package com.example.promotion;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** {@code java ... com.example.promotion.Main v5|v7 NAMESRV FOLDER}: runs until it is ended. */
public final class Main {
  private Main() {}

  /** Starts one release. */
  public static void main(String[] words) throws Exception {
    if (words.length != 3) {
      System.err.println("usage: v5|v7 NAMESRV FOLDER");
      System.exit(2);
    }
    // Read once, when the message client's first class is loaded.
    System.setProperty("rmq.logback.configurationFile", "rocketmq-client-logback.xml");
    System.setProperty("rocketmq.client.rebalance.waitInterval", "2000");
    Release release = Release.valueOf(words[0].toUpperCase(java.util.Locale.ROOT));
    Path folder = Files.createDirectories(Path.of(words[2]));
    AwardBook book = new AwardBook(folder.resolve(release.group() + ".db"));
    PaidOrders orders = new PaidOrders(release, words[1], book, System.out);
    CountDownLatch ended = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() -> {
              orders.close();
              ended.countDown();
            }));
    orders.start();
    System.out.println("ready " + release.group());
    ended.await();
  }
}
