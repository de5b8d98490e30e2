package io.tidegate.shop.fulfilment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tidegate.shop.customer.Regions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WarehousesTest {

  private final Warehouses warehouses = Warehouses.demo();

  @ParameterizedTest
  @CsvSource({
    "330106, sha", // Hangzhou
    "320508, sha", // Suzhou
    "110105, tsn", // Beijing
    "370202, tsn", // Qingdao
    "440305, can", // Shenzhen
    "460105, can", // Haikou
    "810001, can", // Hong Kong
    "430102, wuh", // Changsha
    "411502, wuh", // Xinyang, in the south of Henan
    "500103, ctu", // Chongqing
    "540102, ctu", // Lhasa
    "610113, sia", // Xi'an
    "650102, lhw", // Urumqi
    "630102, lhw", // Xining
    "620902, lhw", // Jiuquan, in the far west of Gansu
    "230102, she", // Harbin
    "150702, she", // Hulunbuir, in the far east of Inner Mongolia
    "210202, she", // Dalian
  })
  void aParcelLeavesFromTheNearestHouse(String region, String warehouse) {
    assertThat(warehouses.nearest(region)).first().extracting(Warehouse::id).isEqualTo(warehouse);
  }

  @Test
  void theOthersFollowByDistance() {
    assertThat(warehouses.nearest("330106"))
        .extracting(Warehouse::id)
        .containsExactly("sha", "wuh", "can", "tsn", "sia", "she", "ctu", "lhw");
  }

  @Test
  void everyDistrictHasAnOrderOfAllHouses() {
    assertThat(Regions.all().codes())
        .allSatisfy(code ->
            assertThat(warehouses.nearest(code))
                .containsExactlyInAnyOrderElementsOf(warehouses.all()));
  }

  @Test
  void everyHouseStandsInADistrict() {
    assertThat(warehouses.all()).hasSize(8).extracting(Warehouse::id).doesNotHaveDuplicates();
    assertThat(warehouses.all())
        .allSatisfy(house -> assertThat(Regions.all().isDistrict(house.region())).isTrue());
  }

  @Test
  void housesEquallyFarKeepTheirOrder() {
    Place place = new Place(30, 120);
    Warehouse first = new Warehouse("b", "乙", "B", "330106", place);
    Warehouse second = new Warehouse("a", "甲", "A", "330106", place);
    assertThat(Warehouses.of(List.of(first, second)).nearest("440305"))
        .containsExactly(first, second);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "33", "990101", "33010", "3301060"})
  void noRegionNoWarehouse(String region) {
    assertThatThrownBy(() -> warehouses.nearest(region))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "39.9042, 116.4074, 31.2304, 121.4737, 1067", // Beijing to Shanghai
    "0, 0, 0, 180, 20015", // half round the earth
    "0, 179.5, 0, -179.5, 111", // across the date line
    "90, 0, -90, 77, 20015", // pole to pole
    "31.2, 121.5, 31.2, 121.5, 0",
  })
  void distanceIsThatOfTheGreatCircle(
      double lat1, double lon1, double lat2, double lon2, double km) {
    Place one = new Place(lat1, lon1);
    Place other = new Place(lat2, lon2);
    assertThat(Distance.km(one, other))
        .isCloseTo(km, within(1.0))
        .isEqualTo(Distance.km(other, one));
  }

  @ParameterizedTest
  @CsvSource({"90.1, 0", "-91, 0", "0, 180.5", "NaN, 0", "0, NaN"})
  void aPlaceLiesOnTheEarth(double latitude, double longitude) {
    assertThatThrownBy(() -> new Place(latitude, longitude))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
