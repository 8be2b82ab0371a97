/** Runs as one page, {@code report.html}, put together of what the packages below give. */
package dev.gossamer.report;
