using System.Net;
using System.Net.Sockets;
using System.Text;
using AvGateway.Devices;
using AvGateway.Drivers.Transports.Ssh;
using AvGateway.Links;
using Renci.SshNet.Common;

namespace AvGateway.Drivers.Transports.Wake;

/// <summary>A PC on the network: a TCP connection to look, datagrams to wake, SSH to run.</summary>
internal sealed class NetworkMachine(LinkAddress address, WakeSettings settings, HostResolver resolver, TimeProvider clock) : IMachine
{
    // A card that comes out of a switch's spanning tree, or a switch with a full queue, may lose one of them.
    private const int Copies = 3;

    private static readonly TimeSpan BetweenCopies = TimeSpan.FromMilliseconds(100);
    private static readonly byte[] Greeting = Encoding.ASCII.GetBytes("SSH-");

    /// <summary>How long one look may take.</summary>
    public TimeSpan LookWithin { get; init; } = WakeLink.LookWithin;

    /// <summary>How long a command may take to tell its status.</summary>
    public TimeSpan EndsWithin { get; init; } = TimeSpan.FromSeconds(15);

    public async Task<Sight> LookAsync(CancellationToken cancellation)
    {
        using var late = new CancellationTokenSource(LookWithin, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        var (isKnown, isThere) = (false, false);
        try
        {
            var host = await HostAsync(either.Token);
            isKnown = true;
            await socket.ConnectAsync(host, address.Port!.Value, either.Token);
            isThere = true;
            var heard = new byte[Greeting.Length];
            for (var count = 0; count < heard.Length;)
            {
                var more = await socket.ReceiveAsync(heard.AsMemory(count), SocketFlags.None, either.Token);
                if (more == 0) return Deaf("closes the connection without a greeting");
                count += more;
            }

            return heard.AsSpan().SequenceEqual(Greeting) ? new(SightKind.Up) : Deaf("says something else than an SSH server");
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            if (!isKnown) return new(SightKind.Blind, $"the name {address.Host} is not resolved in time; check the name servers, or write the IP address");
            return isThere ? Deaf("does not greet") : new(SightKind.Silent);
        }
        catch (SocketException e)
        {
            return SightOf(e.SocketErrorCode, isThere);
        }
    }

    public async Task<string?> WakeAsync(CancellationToken cancellation)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { EnableBroadcast = true };
        var packet = MagicPacket.Of(settings.Mac, settings.Password);
        try
        {
            for (var i = 0; i < Copies; i++)
            {
                if (i > 0) await Task.Delay(BetweenCopies, clock, cancellation);
                await socket.SendToAsync(packet, SocketFlags.None, settings.Broadcast, cancellation);
            }

            return null;
        }
        catch (SocketException e)
        {
            return $"the magic packet cannot leave for {settings.Broadcast}: {SocketWords.Explain(e.SocketErrorCode)}";
        }
    }

    public async Task<ProgramEnd> RunAsync(string? command, CancellationToken cancellation)
    {
        try
        {
            var opening = new SshOpening(address, await HostAsync(cancellation), SshLinkFactory.Patience, settings.LogIn);
            return await new SshProgram(opening, EndsWithin, clock).RunAsync(command, cancellation);
        }
        catch (LinkException failure)
        {
            // The address stands in front of it, and is known to whoever asked.
            return new(ProgramEndKind.NotRun, failure.Message.Replace($"{address}: ", "", StringComparison.Ordinal), Reason: failure.Reason);
        }
        catch (SocketException e)
        {
            return new(ProgramEndKind.NotRun, SocketWords.Explain(e.SocketErrorCode), Reason: StatusReasons.ConnectFailed);
        }
        catch (SshException e)
        {
            return new(ProgramEndKind.NotRun, $"the private key of \"secret\" cannot be read: {e.Message}", Reason: StatusReasons.AccessDenied);
        }
    }

    private async ValueTask<IPAddress> HostAsync(CancellationToken cancellation)
    {
        var addresses = await resolver.ResolveAsync(address.Host, cancellation);

        // The magic packet is of IPv4, and so is the network of a PC that it wakes.
        return Array.Find(addresses, a => a.AddressFamily == AddressFamily.InterNetwork) ?? addresses[0];
    }

    private Sight Deaf(string does) => new(SightKind.Deaf, $"what listens on port {address.Port} {does}; is this the PC's SSH server, and is it well?");

    private static Sight SightOf(SocketError error, bool isThere) => error switch
    {
        SocketError.ConnectionRefused or SocketError.ConnectionReset or SocketError.ConnectionAborted =>
            new(SightKind.Refused, isThere ? "the PC closes the connection at once; is its SSH server well?" : "the PC answers and refuses this port; is its SSH server installed and running?"),
        SocketError.TimedOut or SocketError.HostUnreachable or SocketError.HostDown => new(SightKind.Silent),

        // What this machine itself lacks must never be taken for a PC that is off.
        _ => new(SightKind.Blind, SocketWords.Explain(error)),
    };
}
