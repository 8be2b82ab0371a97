/** Charts and drawings: each is described once, and drawn as an SVG file and by the script of the page alike. */
package dev.gossamer.report.chart;
