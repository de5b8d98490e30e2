package io.tidegate.shop.customer;

/**
 * A district's name and the names above it, in Chinese, as on a parcel's label. A municipality is
 * its own city, a city without districts its own district.
 */
public record RegionNames(String province, String city, String district) {

  /** The names in a row from the largest, each said once: "上海市 嘉定区", "浙江省 杭州市 西湖区". */
  public String line() {
    String line = province;
    if (!city.equals(province)) {
      line += " " + city;
    }
    return district.equals(city) ? line : line + " " + district;
  }
}
