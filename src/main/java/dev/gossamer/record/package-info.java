/** The files of a run, written and read back. */
package dev.gossamer.record;
