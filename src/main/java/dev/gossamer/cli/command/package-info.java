/** The commands. */
package dev.gossamer.cli.command;
