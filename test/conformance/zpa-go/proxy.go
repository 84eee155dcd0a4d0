package main

import (
	"io"
	"net"
	"net/http"
	"sync"
)

// listenAsProxy serves CONNECT on a loopback port and leads every host, all of which are the vendor's, to one address.
func listenAsProxy(address string) (port int, err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	go http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodConnect {
			http.Error(w, "only CONNECT", http.StatusMethodNotAllowed)
			return
		}
		server, err := net.Dial("tcp", address)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		client, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			server.Close()
			return
		}
		io.WriteString(client, "HTTP/1.1 200 Connected\r\n\r\n")
		join(client, server)
	}))
	return listener.Addr().(*net.TCPAddr).Port, nil
}

func join(a, b net.Conn) {
	var both sync.WaitGroup
	copy := func(to, from net.Conn) {
		defer both.Done()
		io.Copy(to, from)
		to.Close()
	}
	both.Add(2)
	go copy(a, b)
	go copy(b, a)
	both.Wait()
}
