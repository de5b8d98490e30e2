package com.example.promotion;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What each release reads of an event, old or new. */
class ReleaseTest {

  private static final String OLD =
      """
      {"number":"383063485862551552","user":"42","region":"%s","state":"awaiting_shipment",
       "version":2,"currency":"%s","itemsTotal":12990,"discountTotal":0,"freight":0,"total":12990,
       "paidAt":"2026-11-11T00:00:00Z","items":[{"line":1,"sku":"A","quantity":1%s}]%s}
      """;

  @Test
  void versionFiveGivesAPointForEachYuan() {
    assertThat(award(Release.V5, "330106", "CNY", "", "").points()).isEqualTo(129);
    assertThat(award(Release.V5, "330106", "JPY", "", "").points()).isZero();
  }

  @Test
  void versionFivePassesOverWhatItDoesNotKnow() {
    String more = ",\"channel\":\"flash_sale\",\"branch\":{\"of\":[1]}";
    assertThat(award(Release.V5, "330106", "CNY", "", more))
        .isEqualTo(award(Release.V5, "330106", "CNY", "", ""));
  }

  @Test
  void versionSevenLooksAtRegionAndChannel() {
    assertThat(award(Release.V7, "330106", "CNY", "", ",\"channel\":\"shop\"").points())
        .isEqualTo(258);
    assertThat(award(Release.V7, "110101", "CNY", "", ",\"channel\":\"shop\"").points())
        .isEqualTo(129);
    assertThat(award(Release.V7, "330106", "CNY", "", ",\"channel\":\"flash_sale\"").points())
        .isZero();
    assertThat(award(Release.V7, "110101", "CNY", "", ",\"channel\":\"branch\"").points())
        .isEqualTo(129);
  }

  @Test
  void versionSevenReadsEventsThatAreOlderThanTheChannel() {
    assertThat(award(Release.V7, "110101", "CNY", "", "").points()).isEqualTo(129);
    assertThat(award(Release.V7, "110101", "CNY", ",\"pool\":\"7\"", "").points()).isZero();
  }

  private static Award award(
      Release release, String region, String currency, String item, String more) {
    JsonNode paid = JsonMapper.shared().readTree(OLD.formatted(region, currency, item, more));
    return release.award(paid);
  }
}
