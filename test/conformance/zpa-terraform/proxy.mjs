// Serves CONNECT on a loopback port, which it prints, and leads every host, all of which are the vendor's, to LATCHKEY_URL.
import { createServer } from 'node:http'
import { connect } from 'node:net'

const { hostname, port } = new URL(process.env.LATCHKEY_URL)
const server = createServer((_, response) => response.writeHead(405).end())
server.on('connect', (_, client) => {
  const upstream = connect(Number(port), hostname, () => {
    client.write('HTTP/1.1 200 Connected\r\n\r\n')
    upstream.pipe(client)
    client.pipe(upstream)
  })
  upstream.on('error', () => client.destroy())
  client.on('error', () => upstream.destroy())
})
server.listen(0, '127.0.0.1', () => console.log(server.address().port))

// It ends with the suite, however that ends.
const parent = process.ppid
setInterval(() => process.ppid === parent || process.exit(), 1_000)
