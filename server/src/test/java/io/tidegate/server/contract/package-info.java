/**
 * What was published of the contracts, recorded, against what is served now. {@code Fact}s are what
 * a document says of each place; {@code Growth} tells growth from breaks.
 */
@NullMarked
package io.tidegate.server.contract;

import org.jspecify.annotations.NullMarked;
