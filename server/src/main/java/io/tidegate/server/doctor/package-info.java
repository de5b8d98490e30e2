/**
 * What a system stands on, looked at before it is needed: the machine, an outside or running
 * PostgreSQL, an outside or running RocketMQ.
 *
 * <p>Owns nothing. Calls the platform and the configuration, hears nothing, tells nothing; it only
 * asks and changes nothing.
 */
@NullMarked
package io.tidegate.server.doctor;

import org.jspecify.annotations.NullMarked;
