/**
 * Numbers over recorded runs and topologies: groups of seeds, means and intervals, differences, fits. Nothing is
 * drawn or written here.
 */
package dev.gossamer.report.analysis;
