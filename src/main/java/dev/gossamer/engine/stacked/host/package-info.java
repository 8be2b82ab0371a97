/** Programs in the memory and on the cores of the host. */
package dev.gossamer.engine.stacked.host;
