/** SQL statements in transactions, on H2 and PostgreSQL alike. Knows no table and nothing of what is stored. */
@NullMarked
package dev.changeover.database;

import org.jspecify.annotations.NullMarked;
