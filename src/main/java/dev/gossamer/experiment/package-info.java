/** Experiment files to run configurations, the training loop, and the sweep over the runs of an experiment. */
package dev.gossamer.experiment;
