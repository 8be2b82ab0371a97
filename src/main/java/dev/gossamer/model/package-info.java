/** The networks: models by name, and their layers, as DL4J knows them and as plain functions of arrays. */
package dev.gossamer.model;
