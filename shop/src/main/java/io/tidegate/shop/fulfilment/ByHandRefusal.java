package io.tidegate.shop.fulfilment;

/** Why staff can't move a parcel on. */
public enum ByHandRefusal {
  NO_SUCH_SHIPMENT,
  /** A step before it is not done. */
  NOT_YET,
  /** Nothing was promised to it, or the shelf does not have it. */
  GOODS_MISSING,
  CANCELLED,
  /** Another warehouse outside has leave, or is to have it. */
  TOLD_TO_ANOTHER,
  /** It is to be unpacked, and was never stopped. */
  NOT_STOPPED,
  /** Nothing of it is ever tried again: a person ends it. */
  NOTHING_TO_TRY,
  /** It was stopped and has left all the same: there is nothing to unpack. */
  HAS_LEFT,
  /** It is to be settled, and has not left. */
  NOT_LEFT
}
