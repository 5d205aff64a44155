package platform

import (
	"context"
	"net/http"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// ImportWithdrawal takes in a withdrawal that came by hand, as Import does an
// envelope.
func (p *Platform) ImportWithdrawal(ctx context.Context, id protocol.ID, withdrawal []byte) (receipt []byte, err error) {
	if len(withdrawal) > protocol.MaxBody {
		return nil, tooLarge()
	}
	put := new(http.Request)
	put.SetPathValue("id", id.String())
	a, err := p.takeWithdrawal(ctx, call{request: put, body: withdrawal, now: p.now()})
	return a.body, err
}
