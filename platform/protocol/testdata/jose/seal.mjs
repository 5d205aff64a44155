// Signs a CMS as a terminal and seals it as an envelope.
// In: {"devicePrivateJWK", "deviceKid", "platformJWK", "platformKid", "cms", "code", "salt"} on stdin.
import { CompactEncrypt, CompactSign, importJWK } from 'jose'
import { webcrypto } from 'node:crypto'
import { readFileSync } from 'node:fs'

globalThis.crypto ??= webcrypto // Node.js 18 has it under this name only

const input = JSON.parse(readFileSync(0, 'utf8'))

const registration = await new CompactSign(Buffer.from(input.cms, 'base64'))
  .setProtectedHeader({ alg: 'ES256', kid: input.deviceKid, typ: 'watashi-registration+jws', cty: 'cms' })
  .sign(await importJWK(input.devicePrivateJWK, 'ES256'))
const content = JSON.stringify({ registration, code: input.code, salt: input.salt })
const envelope = await new CompactEncrypt(new TextEncoder().encode(content))
  .setProtectedHeader({
    alg: 'ECDH-ES', enc: 'A256GCM', kid: input.platformKid, typ: 'watashi-envelope+jwe', cty: 'json',
  })
  .encrypt(await importJWK(input.platformJWK, 'ECDH-ES'))

process.stdout.write(envelope)
