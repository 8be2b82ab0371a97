/** The training loop, what happens in a run, and the sweep over the runs of an experiment, each recorded. */
package dev.gossamer.experiment;
