// Opens an envelope and verifies the registration in it, then prints both
// headers and what was found. In: {"privateJWK", "deviceJWK", "jwe"} on stdin.
import { compactDecrypt, compactVerify, decodeProtectedHeader, importJWK } from 'jose'
import { webcrypto } from 'node:crypto'
import { readFileSync } from 'node:fs'

globalThis.crypto ??= webcrypto // Node.js 18 has it under this name only

const { privateJWK, deviceJWK, jwe } = JSON.parse(readFileSync(0, 'utf8'))

const opened = await compactDecrypt(jwe, await importJWK(privateJWK, 'ECDH-ES'), {
  keyManagementAlgorithms: ['ECDH-ES'],
  contentEncryptionAlgorithms: ['A256GCM'],
})
const content = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(opened.plaintext))
const verified = await compactVerify(content.registration, await importJWK(deviceJWK, 'ES256'), {
  algorithms: ['ES256'],
})

console.log(JSON.stringify({
  envelopeHeader: decodeProtectedHeader(jwe),
  registrationHeader: verified.protectedHeader,
  code: content.code,
  salt: content.salt,
  photo: content.photo,
  cms: Buffer.from(verified.payload).toString('base64'),
}))
