// Package checkup says in words whether a machine can serve, and what to do if not: who it
// is and until when (Look, which reads the folders as the services do and asks nobody), and
// the whole of it with disk, clock, services, devices and the way to the platform
// (Examine). Nothing is changed by it.
package checkup
