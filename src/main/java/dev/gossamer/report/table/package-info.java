/** Results as text: tables for people, CSV and JSON for programs. */
package dev.gossamer.report.table;
