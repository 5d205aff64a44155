// Package postgrestest starts real PostgreSQL servers for tests: each with a
// directory of its own, reached by a unix socket only, broken on purpose when a
// test wants it, and gone at clean-up.
package postgrestest
