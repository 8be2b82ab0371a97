/** Commands and options, exit codes, and progress: what a user of {@code ./run.sh} meets. */
package dev.gossamer.cli;
