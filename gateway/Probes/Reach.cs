using System.Net.Sockets;
using AvGateway.Drivers.Transports;
using AvGateway.Operations.Probes;

namespace AvGateway.Probes;

/// <summary>Connects a socket to a probe's target, at whichever of its addresses answers.</summary>
internal sealed class Reach(HostResolver names)
{
    public async Task<Socket> ConnectAsync(string host, int port, ProbeTurn turn, CancellationToken late)
    {
        var addresses = await names.ResolveAsync(host, late);
        for (var i = 0; ; i++)
        {
            var socket = new Socket(addresses[i].AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                turn.Note($"connecting to {addresses[i]} port {port}");
                await socket.ConnectAsync(addresses[i], port, late);
                turn.Note("connected");
                return socket;
            }
            catch (SocketException refused) when (i < addresses.Length - 1)
            {
                turn.Note($"{addresses[i]}: {refused.Message}");
                socket.Dispose();
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
    }

    /// <summary>One datagram socket to the target; refusals are told.</summary>
    public async Task<Socket> DatagramsAsync(string host, int port, ProbeTurn turn, CancellationToken late)
    {
        var addresses = await names.ResolveAsync(host, late);
        var address = Array.Find(addresses, a => a.AddressFamily == AddressFamily.InterNetwork) ?? addresses[0];
        var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            await socket.ConnectAsync(address, port, late);
            turn.Note($"asking {address} port {port}");
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
