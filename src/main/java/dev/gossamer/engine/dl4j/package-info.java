/** Replicas as one DL4J network after another. */
package dev.gossamer.engine.dl4j;
