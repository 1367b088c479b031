#!/usr/bin/env bash
# Does the service in this container say that it can work? bash and its own sockets, because the .NET images have no HTTP client and
# asking with a .NET program would cost each container a tenth of a second of a core every time.
exec 3<>"/dev/tcp/127.0.0.1/${ASPNETCORE_HTTP_PORTS%%;*}" || exit 1
printf 'GET /health/ready HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n' >&3
read -r -t 4 status <&3 && [[ $status == *' 200 '* ]]
