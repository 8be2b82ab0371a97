/** What engines on the CPU share: threads that native libraries are called by, and how much memory there is. */
package dev.gossamer.engine.host;
