package main

import (
	"context"
	"net"
)

// visitorKey is where a connection's context holds who is at its other end.
type visitorKey struct{}

// withVisitor notes who connects, for the log. Who may is decided before.
func withVisitor(ctx context.Context, c net.Conn) context.Context {
	if uid, known := peer(c); known {
		return context.WithValue(ctx, visitorKey{}, uid)
	}
	return ctx
}

// userOf is the number of the user who asks; nil where the system cannot tell.
func userOf(ctx context.Context) *uint32 {
	if uid, known := ctx.Value(visitorKey{}).(uint32); known {
		return &uid
	}
	return nil
}

// visitor is the number of the user who asks; "unknown" where the system cannot
// tell.
func visitor(ctx context.Context) any {
	if uid := userOf(ctx); uid != nil {
		return *uid
	}
	return "unknown"
}
