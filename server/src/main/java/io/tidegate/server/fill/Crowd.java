package io.tidegate.server.fill;

import io.tidegate.shop.customer.Address;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The customers: few order often, most seldom (Zipf with exponent 0.4). Each has a name, a phone
 * and a place to live, always the same; all are made up.
 */
final class Crowd {

  private static final double EXPONENT = 0.4;
  private static final long SCATTER = 2_654_435_761L;
  private static final String SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗";
  private static final String GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红鹏辉";
  private static final List<String> STREETS =
      List.of("文三路", "人民路", "中山路", "解放路", "建设路", "长江路", "和平路", "学院路");

  private final int users;
  private final List<String> regions;

  /**
   * @param users numbers 1 to this
   * @param regions codes of districts
   */
  Crowd(int users, List<String> regions) {
    this.users = users;
    this.regions = regions;
  }

  long draw(SplittableRandom random) {
    long rank = (long) (users * Math.pow(random.nextDouble(), 1 / (1 - EXPONENT)));
    return 1 + Math.floorMod(rank * SCATTER, (long) users);
  }

  Address address(long user) {
    long fate = mix(user);
    int street = (int) (fate >>> 8 & 0xffff);
    return new Address(
        ""
            + SURNAMES.charAt((int) (fate >>> 24 & 0xffff) % SURNAMES.length())
            + GIVEN.charAt((int) (fate >>> 40 & 0xfff) % GIVEN.length()),
        "1" + (3 + fate % 7) + String.valueOf(100_000_000 + (fate >>> 3) % 900_000_000),
        regions.get((int) ((fate >>> 16) % regions.size())),
        STREETS.get(street % STREETS.size()) + " " + (1 + street % 399) + " 号");
  }

  /** A user's own number, without sign. */
  private static long mix(long user) {
    long z = user * 0x9E3779B97F4A7C15L;
    z = (z ^ z >>> 32) * 0xD6E8FEB86659FD93L;
    return (z ^ z >>> 29) & Long.MAX_VALUE;
  }
}
