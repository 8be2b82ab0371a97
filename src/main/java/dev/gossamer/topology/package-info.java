/** Who sends to whom, with which weights, in which step. */
package dev.gossamer.topology;
