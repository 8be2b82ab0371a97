/** What commands are told: options, their values and the folders and files that they name. */
package dev.gossamer.cli.option;
