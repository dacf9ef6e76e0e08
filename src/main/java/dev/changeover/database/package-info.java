/** SQL statements in transactions, and rows as records, on H2 and PostgreSQL alike. Knows no table and nothing of what is stored. */
@NullMarked
package dev.changeover.database;

import org.jspecify.annotations.NullMarked;
