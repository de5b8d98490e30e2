package io.tidegate.shop.customer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegionsTest {

  private final Regions regions = Regions.all();

  @ParameterizedTest
  @CsvSource({
    "330106, 浙江省 杭州市 西湖区",
    "110105, 北京市 朝阳区",
    "500101, 重庆市 万州区",
    "500229, 重庆市 城口县",
    "419001, 河南省 济源市",
    "659001, 新疆维吾尔自治区 石河子市",
    "441900, 广东省 东莞市",
    "460400, 海南省 儋州市",
    "810001, 香港特别行政区 中西区",
    "820004, 澳门特别行政区 大堂区",
    "710000, 台湾省",
  })
  void aDistrictHasNamesForItsLabel(String code, String line) {
    assertThat(regions.isDistrict(code)).isTrue();
    assertThat(regions.names(code)).map(RegionNames::line).contains(line);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "33010", "3301061", "330000", "330100", "330101", "990101", "110000", "+33106",
        " 33010", "33010a", "３３０１０６", "٣٣٠١٠٦", "-10105"
      })
  void whatIsNoDistrictIsRefused(String code) {
    assertThat(regions.isDistrict(code)).isFalse();
    assertThat(regions.names(code)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "330106, 浙江省",
    "330100, 浙江省",
    "330000, 浙江省",
    "310000, 上海市",
    "650000, 新疆维吾尔自治区",
    "710000, 台湾省",
    "820000, 澳门特别行政区",
  })
  void everyCodeInsideAProvinceLeadsToIt(String code, String province) {
    assertThat(regions.province(code)).contains(province);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "000000", "100000", "160000", "990000", "33"})
  void aCodeOutsideHasNoProvince(String code) {
    assertThat(regions.province(code)).isEmpty();
  }

  @Test
  void theTableIsWhole() {
    assertThat(regions.codes()).hasSizeBetween(2_900, 3_200).isSorted().doesNotHaveDuplicates();
    assertThat(regions.codes().stream().map(code -> code.substring(0, 2)).distinct()).hasSize(34);
    assertThat(regions.codes())
        .allSatisfy(code -> {
          assertThat(code).matches("[1-9][0-9]{5}");
          assertThat(regions.names(code).orElseThrow().line())
              .doesNotContain("直辖县级", "市辖区")
              .isEqualTo(regions.names(code).orElseThrow().line().strip());
        });
  }
}
