// A site made of another library, unmodified: prints the address of a login, reads the address the browser came back
// to, and prints what it knows then. Arguments: folder of npm's packages, issuer, client id, secret, callback, hint.
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'

const [packages, issuer, clientId, secret, callback, hint] = process.argv.slice(2)
const client = await import(pathToFileURL(`${packages}/openid-client/build/index.js`).href)
const config = await client.discovery(new URL(issuer), clientId, secret, client.ClientSecretBasic(secret), {
  execute: [client.allowInsecureRequests],
})
const pkceCodeVerifier = client.randomPKCECodeVerifier()
const expectedState = client.randomState()
const expectedNonce = client.randomNonce()
const wish = client.buildAuthorizationUrl(config, {
  redirect_uri: callback,
  scope: 'openid profile email contract',
  code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
  code_challenge_method: 'S256',
  state: expectedState,
  nonce: expectedNonce,
  ...(hint ? { login_hint: hint } : {}),
})
console.log(wish.href)
for await (const line of createInterface({ input: process.stdin })) {
  try {
    const tokens = await client.authorizationCodeGrant(config, new URL(line), {
      pkceCodeVerifier,
      expectedState,
      expectedNonce,
      idTokenExpected: true,
    })
    const claims = tokens.claims()
    const who = await client.fetchUserInfo(config, tokens.access_token, claims.sub)
    console.log(JSON.stringify({ claims, who }))
  } catch (error) {
    console.log(JSON.stringify({ error: error.error ?? error.code ?? String(error) }))
  }
}
