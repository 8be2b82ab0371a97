/**
 * What a run is: records of checked values, the keys that they are written with, grids of them and experiment
 * files.
 */
package dev.gossamer.configuration;
