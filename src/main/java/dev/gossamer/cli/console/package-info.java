/** What users see: progress, failures, exit codes, and what Ctrl-C does. */
package dev.gossamer.cli.console;
