// Package socket is how the programs of one machine meet: terminald listens,
// uplinkd and the technician's command call. Each place is open to the users that
// the configuration names, and to nobody else.
//
// It is a unix socket, and the kernel says who calls. On Windows it is a named
// pipe: the list of users stands in the pipe's own access list, the network is
// kept out, and a caller may neither open the pipe a second time nor be
// impersonated.
package socket
