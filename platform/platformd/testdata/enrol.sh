#!/bin/sh
# Enrols a machine by EST (RFC 7030) with curl and openssl alone, into the folder it
# is started in, and renews what it got. TOKEN is what `watashi-platformd token`
# printed. The keys are in files, so the platform has to be one for tests.
set -eu

# The token: base64url of JSON behind "watashi1.".
unbase64url() {
	text=$(printf '%s' "$1" | tr '_-' '/+')
	while [ $((${#text} % 4)) -ne 0 ]; do text="$text="; done
	printf '%s' "$text" | openssl base64 -d -A
}
member() { unbase64url "${TOKEN#watashi1.}" | sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }
host=$(member host) pin=$(member pin) secret=$(member secret)
est="https://$host/.well-known/est"

# Of the chain that answers, the CA whose key has the pin is the only root.
openssl s_client -connect "$host" -showcerts </dev/null 2>/dev/null |
	awk '/BEGIN CERT/ {n++} /BEGIN CERT/,/END CERT/ {print > ("shown-" n ".pem")}'
for shown in shown-*.pem; do
	got=$(openssl x509 -in "$shown" -pubkey -noout | openssl pkey -pubin -outform DER |
		openssl dgst -sha256 -binary | openssl base64 -A | tr '/+' '_-' | tr -d '=')
	if [ "$got" = "$pin" ]; then cp "$shown" root.pem; fi
done
test -s root.pem || { echo "who answers is not the platform that made the token" >&2; exit 1; }

certificates() { openssl base64 -d | openssl pkcs7 -inform DER -print_certs; }
curl -sS --fail-with-body --cacert root.pem "$est/cacerts" | certificates >cas.pem
curl -sS --fail-with-body --cacert root.pem "$est/csrattrs" | openssl base64 -d | openssl asn1parse -inform DER >attributes.txt

# Two keys, and a request over each. The one for TLS asks for clientAuth.
request() {
	openssl req -new -key "$1.key" -subj /CN=terminal -addext subjectAltName=URI:urn:watashi:protection:file \
		${2:+-addext "$2"} -outform DER | openssl base64 >"$1.p10"
}
for name in device tls; do openssl ecparam -name prime256v1 -genkey -noout -out "$name.key"; done
request device
request tls extendedKeyUsage=clientAuth

# asks ROUTE NAME OPTION...: the certificate of that name, from that route.
asks() {
	route=$1 name=$2
	shift 2
	curl -sS --fail-with-body --cacert root.pem "$@" -H 'Content-Type: application/pkcs10' \
		--data-binary "@$name.p10" "$est/$route" >answer || { cat answer >&2; exit 1; }
	certificates <answer >"$name.pem"
	openssl verify -CAfile cas.pem "$name.pem"
}
asks simpleenroll device -u "watashi-provision:$secret"
asks simpleenroll tls -u "watashi-provision:$secret"
cp device.pem device-first.pem
cp tls.pem tls-first.pem

# Renewal: the TLS certificate proves the terminal, each request its key.
asks simplereenroll device --cert tls-first.pem --key tls.key
asks simplereenroll tls --cert tls-first.pem --key tls.key
curl -sS --fail-with-body --cacert cas.pem --cert tls.pem --key tls.key "https://$host/v1/bundle" >bundle.jws
