using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace AvGateway.LineWatch.TwoEnded;

/// <summary>
/// Answers the questions of the peers that the site file names, and of nobody else: one answer to a question, never larger than it, never to an address that
/// is not listed, and no more in a second than the peer is allowed.
/// </summary>
internal sealed partial class Reflector(IPEndPoint listen, ILookup<IPAddress, LineTrack> peers, Func<LineTrack, ProbePacket, DateTimeOffset, ProbePacket?> answer, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan AgainAfter = TimeSpan.FromSeconds(5);

    private readonly Dictionary<IPAddress, Allowance> _allowances = peers.ToDictionary(p => p.Key, p => new Allowance(p.Sum(t => t.Plan.Rate), time));

    /// <summary>Chosen anew at each start.</summary>
    public static ulong NewEpoch() => BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)) | 1;

    /// <summary>Datagrams of strangers, with a wrong signature, or more than allowed.</summary>
    public long Refused { get; private set; }

    /// <summary>Where it listens; null while it cannot.</summary>
    public IPEndPoint? At { get; private set; }

    public async Task RunAsync(CancellationToken stopping)
    {
        var isTold = false;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                using var socket = new Socket(listen.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
                socket.Bind(listen);
                At = (IPEndPoint)socket.LocalEndPoint!;
                isTold = false;
                await ServeAsync(socket, stopping);
            }
            catch (SocketException unable)
            {
                At = null;
                if (!isTold) CannotListen(log, listen, unable.Message);
                isTold = true;
                await Task.Delay(AgainAfter, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(Socket socket, CancellationToken stopping)
    {
        // One byte more than a question has: what is longer is seen to be so.
        var buffer = new byte[ProbePacket.Length + 1];
        var reply = new byte[ProbePacket.Length];
        var anyone = new IPEndPoint(listen.AddressFamily is AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0);
        while (true)
        {
            var received = await socket.ReceiveFromAsync(buffer, SocketFlags.None, anyone, stopping);
            var from = (IPEndPoint)received.RemoteEndPoint;
            if (Answer(buffer.AsSpan(0, received.ReceivedBytes), from.Address, reply)) Send(socket, reply, from);
            else Refused++;
        }
    }

    /// <returns>Whether there is an answer.</returns>
    internal bool Answer(ReadOnlySpan<byte> datagram, IPAddress from, Span<byte> reply)
    {
        var heard = time.GetUtcNow();
        if (from.IsIPv4MappedToIPv6) from = from.MapToIPv4();

        // Before the signature is worked out: that is what a flood would have us do.
        if (datagram.Length != ProbePacket.Length || !_allowances.TryGetValue(from, out var allowance) || !allowance.Take()) return false;
        foreach (var track in peers[from])
        {
            if (ProbePacket.Read(datagram, track.Key) is not { } question || answer(track, question, heard) is not { } answered) continue;
            answered.Write(reply, track.Key);
            return true;
        }

        return false;
    }

    private static void Send(Socket socket, byte[] reply, IPEndPoint to)
    {
        try { socket.SendTo(reply, to); }
        catch (SocketException)
        {
            // Lost, as on the way.
        }
    }

    /// <summary>Twice what the peer's lines ask in a second, and two seconds of that at once.</summary>
    private sealed class Allowance(int rate, TimeProvider time)
    {
        private double _left = rate * 4;
        private long _at = time.GetTimestamp();

        public bool Take()
        {
            _left = Math.Min(rate * 4, _left + time.GetElapsedTime(_at).TotalSeconds * rate * 2);
            _at = time.GetTimestamp();
            if (_left < 1) return false;
            _left--;
            return true;
        }
    }

    [LoggerMessage(EventId = 4500, Level = LogLevel.Error, Message = "The reflector cannot listen at {Address} ({Reason}); it is tried again. Mend \"listen\" of the line in the site file, or the address of this machine")]
    private static partial void CannotListen(ILogger log, IPEndPoint address, string reason);
}
