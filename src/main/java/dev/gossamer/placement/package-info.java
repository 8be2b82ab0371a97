/** Where and with what replicas are trained: engines by name, and the devices of the machine. */
package dev.gossamer.placement;
