using System.Net;
using System.Net.Sockets;
using AvGateway.Devices;
using AvGateway.Links;

namespace AvGateway.Drivers.Transports.Tcp;

/// <summary>Connects a socket to a device, at whichever of its addresses answers.</summary>
internal sealed class TcpConnector(TimeProvider clock, HostResolver resolver)
{
    /// <summary>
    /// The longest that the connecting itself takes, all addresses of the host together: time for three connection requests
    /// (at 0, 1 and 3 s). With the look-up before it, it stays below the 10 s that the runtime gives an opening, so that our words
    /// about the cause are the ones told.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(6);

    /// <param name="shown">The link as it is named when it cannot be had.</param>
    public async Task<Socket> ConnectAsync(string host, int port, string shown, CancellationToken cancellation)
    {
        var addresses = await resolver.ResolveAsync(host, cancellation);
        for (var i = 0; ; i++)
        {
            try
            {
                // An address that does not answer may not use up the time of those behind it.
                return await ConnectAsync(new(addresses[i], port), Patience / addresses.Length, cancellation);
            }
            catch (SocketException) when (i < addresses.Length - 1)
            {
                // Names often have an IPv6 address first that nothing routes; the last error is the one that is told.
            }
            catch (SocketException e)
            {
                throw new LinkException(StatusReasons.ConnectFailed, $"{shown}: {SocketWords.Explain(e.SocketErrorCode)}", e);
            }
        }
    }

    private async Task<Socket> ConnectAsync(IPEndPoint device, TimeSpan patience, CancellationToken cancellation)
    {
        var socket = new Socket(device.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            TcpOptions.Apply(socket);
            using var late = new CancellationTokenSource(patience, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
            try
            {
                await socket.ConnectAsync(device, either.Token);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                throw new SocketException((int)SocketError.TimedOut);
            }

            var connected = socket;
            socket = null;
            return connected;
        }
        finally
        {
            socket?.Dispose();
        }
    }
}
